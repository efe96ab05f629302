import type { GeneratedCode } from '#codegen';
import { seededBytes } from '#core';
import type { Candidate } from '#network';

import { loadAndGenerate } from '../load-candidate.ts';
import { referenceOutput } from '../measure-candidate.ts';
import type { CiEntry } from './ci-file.ts';
import { timingKey } from './timing-key.ts';

/** What all targets of a candidate share. */
export interface Prepared {
  readonly candidate: Candidate;
  readonly code: GeneratedCode;
  readonly expected: Int8Array;
  readonly timingKey: string;
}

/** Reads, plans, generates and interprets each candidate once, whatever the number of its targets. */
export function createPreparer(): (entry: CiEntry) => Promise<Prepared> {
  const made = new Map<string, Promise<Prepared>>();
  return (entry) => {
    const prepared = made.get(entry.candidate) ?? prepare(entry);
    made.set(entry.candidate, prepared);
    return prepared;
  };
}

async function prepare({ path, plan, seed }: CiEntry): Promise<Prepared> {
  const { candidate, code } = await loadAndGenerate(path, plan);
  const expected = referenceOutput(candidate, seededBytes(code.inputBytes, seed));
  return { candidate, code, expected, timingKey: timingKey(code) };
}
