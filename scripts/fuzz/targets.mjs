import { readFile } from 'node:fs/promises';

/** What can be fuzzed; each has a module of its own in targets/. */
export const targetNames = ['tflite', 'genotype', 'subnet', 'serial', 'openocd'];

/**
 * `make(random)` makes the input of a case, `take(input)` feeds it: it returns undefined where the input was accepted
 * and a reason where it was not, or throws a FarmError of one of `codes`. Anything else fails the case.
 */
export async function loadTarget(name, files) {
  const { createTarget } = await import(new URL(`targets/${name}.mjs`, import.meta.url).href);
  return createTarget(await Promise.all(files.map((file) => readFile(file))));
}
