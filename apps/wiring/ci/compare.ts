import type { Baseline } from './baseline.ts';
import type { CiEntry } from './ci-file.ts';
import { costs, exceeds, type Cost, type Limit } from './limits.ts';
import { changedOutputBytes, type CiNumbers } from './numbers.ts';

/** What came of an entry: its numbers, or why there are none. */
export type CiOutcome =
  | { readonly entry: CiEntry; readonly numbers: CiNumbers; readonly twin?: string | undefined }
  | { readonly entry: CiEntry; readonly failure: { readonly code: string; readonly message: string } };

/** A cost that is not what it was. For the output `before` is 0 and `now` the number of bytes that changed. */
export interface Change {
  readonly cost: Cost;
  readonly before: number;
  readonly now: number;
  readonly limit: Limit;
  readonly isRegression: boolean;
}

export interface LayerChange {
  readonly layer: string;
  /** Undefined where there was, or is, no such layer. */
  readonly before: number | undefined;
  readonly now: number | undefined;
}

/** `new`: not in the baseline, or measured there on another emulator. */
export type CiStatus = 'same' | 'changed' | 'regression' | 'new' | 'broken';

export interface CiVerdict {
  readonly outcome: CiOutcome;
  readonly status: CiStatus;
  readonly before: CiNumbers | undefined;
  readonly changes: readonly Change[];
  readonly layers: readonly LayerChange[];
}

export function judge(outcome: CiOutcome, baseline: Baseline | undefined): CiVerdict {
  const { entry } = outcome;
  const before = own(own(baseline?.numbers, entry.candidate), entry.target.name);
  const nothing = { outcome, before, changes: [], layers: [] };
  if ('failure' in outcome) return { ...nothing, status: 'broken' };
  const { numbers } = outcome;
  if (before === undefined || before.on !== numbers.on)
    return { ...nothing, before: undefined, status: 'new' };
  const changes = costs
    .map((cost): Change => {
      const [old, now] = valuesOf(cost, before, numbers);
      const limit = entry.limits[cost];
      return { cost, before: old, now, limit, isRegression: isWorse(cost, limit, old, now, numbers) };
    })
    .filter(({ before: old, now }) => old !== now);
  const layers = layerChanges(before.layers, numbers.layers);
  const isRegression = changes.some((change) => change.isRegression);
  const hasChanged = changes.length > 0 || layers.length > 0;
  return {
    outcome,
    before,
    changes,
    layers,
    status: isRegression ? 'regression' : hasChanged ? 'changed' : 'same',
  };
}

/** What the baseline has and the file no longer lists, as `candidate on target`. */
export function goneFrom(baseline: Baseline | undefined, entries: readonly CiEntry[]): string[] {
  const listed = new Set(entries.map(({ candidate, target }) => `${candidate} on ${target.name}`));
  return Object.entries(baseline?.numbers ?? {})
    .flatMap(([candidate, byTarget]) => Object.keys(byTarget).map((target) => `${candidate} on ${target}`))
    .filter((name) => !listed.has(name));
}

function isWorse(cost: Cost, limit: Limit, old: number, now: number, numbers: CiNumbers): boolean {
  // Per cent of an output are those of its bytes, since of none there was a change before.
  if (cost === 'output' && 'percent' in limit) return now > (numbers.output.bytes * limit.percent) / 100;
  return exceeds(limit, old, now);
}

const valueOf: Readonly<Record<Exclude<Cost, 'output'>, (numbers: CiNumbers) => number>> = {
  instructions: (numbers) => numbers.instructions,
  arena: (numbers) => numbers.arenaBytes,
  stack: (numbers) => numbers.stackBytes,
  flash: (numbers) => numbers.flashBytes,
};

function valuesOf(cost: Cost, before: CiNumbers, now: CiNumbers): [number, number] {
  return cost === 'output'
    ? [0, changedOutputBytes(before.output, now.output)]
    : [valueOf[cost](before), valueOf[cost](now)];
}

function layerChanges(before: CiNumbers['layers'], now: CiNumbers['layers']): LayerChange[] {
  const names = [...Object.keys(now), ...Object.keys(before).filter((name) => own(now, name) === undefined)];
  return names
    .map((layer) => ({ layer, before: own(before, layer), now: own(now, layer) }))
    .filter((change) => change.before !== change.now);
}

/** Names come from files: one may be called like a property of every object. */
function own<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}
