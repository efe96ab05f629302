import type { ModelKey, ModelRepository, ModelVersion } from './model-repository.ts';

/** For one process, and for tests. */
export function inMemoryModels(): ModelRepository {
  const versions = new Map<string, ModelVersion[]>();
  const active = new Map<string, number>();
  const nameOf = ({ target, fidelity }: ModelKey): string => `${fidelity} ${target}`;
  const all = (key: ModelKey): ModelVersion[] => versions.get(nameOf(key)) ?? [];
  const find = (key: ModelKey, version: number | undefined): ModelVersion | undefined =>
    all(key).find((one) => one.version === version);
  return {
    add: (version) => {
      const numbered = { ...version, version: all(version.model).length + 1 };
      versions.set(nameOf(version.model), [...all(version.model), numbered]);
      return Promise.resolve(numbered);
    },
    find: (key, version) => Promise.resolve(find(key, version)),
    list: (key) => Promise.resolve(all(key).toReversed()),
    newest: (key) => Promise.resolve(all(key).at(-1)),
    active: (key) => Promise.resolve(find(key, active.get(nameOf(key)))),
    activate: (key, version) => {
      active.set(nameOf(key), version);
      return Promise.resolve();
    },
  };
}
