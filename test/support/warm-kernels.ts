import { cp } from 'node:fs/promises';
import { join } from 'node:path';

import { findTarget } from '#targets';

import { sharedToolchain } from '../integration/harness/qemu-console.ts';
import { testCache } from './test-cache.ts';

/**
 * Gives a home the kernels of these targets, compiled once for all tests; candidates are compiled in it as ever. Tests of
 * what the first start in a home does, or of a compiler that is not there, go without.
 */
export async function warmKernels(home: string, ...targets: string[]): Promise<void> {
  await sharedToolchain(targets.map((name) => findTarget(name)));
  await cp(join(testCache, 'archives'), join(home, 'cache/toolchain/archives'), { recursive: true });
}
