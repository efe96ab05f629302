import { createHash } from 'node:crypto';

import type { BoardSelector, CandidateRef, MeasureSettings } from '../model/job.ts';

/** The same key has the same answer: same content, same kind of board, same settings. */
export function contentKey(
  candidate: CandidateRef,
  selector: BoardSelector,
  settings: MeasureSettings,
): string {
  const { target, fidelity, board, tags } = selector;
  const { repeats, warmup, input, sramLimitBytes, plan, expect } = settings;
  const parts: unknown[] = [
    candidate.hash,
    target,
    fidelity,
    board,
    [...tags].sort(),
    repeats,
    warmup,
    input,
  ];
  if (sramLimitBytes !== undefined || plan !== undefined) parts.push(sramLimitBytes ?? null, plan ?? null);
  if (expect !== undefined) parts.push([expect.from, expect.hash, expect.toleranceSteps ?? null]);
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
