import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';

import type { SentinelWorkload } from '#farm';
import type { Store } from '#store';

import { sentinelPath } from '../../wiring/project.ts';

/** The fixed workload of all targets, in the store as any candidate. */
export async function loadSentinel(store: Store): Promise<SentinelWorkload> {
  const { hash, integrity } = await store.candidates.putContent(
    Readable.from([await readFile(sentinelPath)]),
  );
  return {
    candidate: { name: basename(sentinelPath, '.json'), hash, kind: 'genotype', source: integrity },
    settings: { repeats: 3, warmup: 1, input: 'seed:0' },
  };
}
