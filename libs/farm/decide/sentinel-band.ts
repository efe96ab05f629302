import type { Fidelity } from '../model/job.ts';
import type { SentinelResult } from '../model/sentinel.ts';

/** Values within [low, high] are as they used to be. `from`: what the band was made of. */
export interface Band {
  readonly center: number;
  readonly low: number;
  readonly high: number;
  readonly from: 'board' | 'target';
}

/** The first results of a board are what it is held to for ever, so that a slow drift cannot move its own band. */
export const baselineSize = 10;
const ownEnough = 3;

/**
 * Relative half-widths. Emulated counts repeat exactly (QEMU with icount: ±1 instruction). On hardware a board differs
 * from itself by flash wait states and interrupts only; boards differ from each other by their oscillators.
 */
const tolerance = {
  emulated: { own: 1e-5, others: 1e-5 },
  hardware: { own: 0.005, others: 0.03 },
} satisfies Record<Fidelity, { own: number; others: number }>;

/** Undefined while neither the board nor its fellows have measured this build. */
export function bandOf(
  own: readonly number[],
  fellowMedians: readonly number[],
  fidelity: Fidelity,
): Band | undefined {
  const baseline = own.slice(0, baselineSize);
  if (baseline.length >= ownEnough) return band(baseline, tolerance[fidelity].own, 'board');
  if (fellowMedians.length > 0) return band(fellowMedians, tolerance[fidelity].others, 'target');
  return undefined;
}

function band(values: readonly number[], relative: number, from: Band['from']): Band {
  const center = median(values);
  const mad = median(values.map((value) => Math.abs(value - center)));
  // 1.4826 makes the median absolute deviation comparable to a standard deviation.
  const half = Math.max(relative * center, 1, 4 * 1.4826 * mad);
  return { center, low: center - half, high: center + half, from };
}

export interface BoardDrift {
  readonly boardId: string;
  readonly buildHash: string;
  readonly results: number;
  /** Median of the first clean results. */
  readonly baseline: number;
  /** Median of the last five, clean or not. */
  readonly latest: number;
  /** latest / baseline − 1. */
  readonly drift: number;
  /** Change per day relative to the baseline, by the median of the slopes between all pairs (Theil–Sen). */
  readonly driftPerDay: number;
  /** Whether its numbers may be put together with those of the other boards. */
  readonly pooled: boolean;
}

export interface TargetSpread {
  readonly target: string;
  readonly fidelity: Fidelity;
  readonly buildHash: string;
  readonly boards: readonly BoardDrift[];
  /** Median of the pooled boards' latest medians; null without any. */
  readonly median: number | null;
  /** (largest − smallest) / median over the pooled boards. */
  readonly spread: number | null;
}

/** Drift of each board and the spread between them, one entry per target, fidelity and build. Results oldest first. */
export function targetSpreads(
  results: readonly SentinelResult[],
  fidelityOf: (boardId: string) => Fidelity,
): TargetSpread[] {
  const groups = groupBy(results, ({ target, buildHash, boardId }) =>
    JSON.stringify([target, fidelityOf(boardId), buildHash]),
  );
  return [...groups.values()].map((group) => {
    const perBoard = [...groupBy(group, ({ boardId }) => boardId).values()];
    const latest = perBoard.map((own) => latestOf(own));
    const boards = perBoard.map((own, index) => {
      const clean = own.filter((result) => result.clean).map(({ value }) => value);
      const fidelity = fidelityOf(own[0]!.boardId);
      const fellows = latest.filter((_, other) => other !== index);
      return boardDrift(own, clean, isPooled(clean, fellows, latest[index]!, fidelity));
    });
    const pooled = boards.filter((board) => board.pooled).map((board) => board.latest);
    const center = pooled.length === 0 ? null : median(pooled);
    const { target, buildHash } = group[0]!;
    const spread = center === null ? null : (Math.max(...pooled) - Math.min(...pooled)) / center;
    const fidelity = fidelityOf(group[0]!.boardId);
    return { target, fidelity, buildHash, boards, median: center, spread };
  });
}

function isPooled(
  own: readonly number[],
  fellows: readonly number[],
  latest: number,
  fidelity: Fidelity,
): boolean {
  const bands = [bandOf(own, [], fidelity), bandOf([], fellows, fidelity)];
  return bands.every((each) => each === undefined || (latest >= each.low && latest <= each.high));
}

function boardDrift(own: readonly SentinelResult[], clean: readonly number[], pooled: boolean): BoardDrift {
  const { boardId, buildHash } = own[0]!;
  const latest = latestOf(own);
  const baseline = clean.length === 0 ? latest : median(clean.slice(0, baselineSize));
  const driftPerDay = theilSenPerDay(own.slice(-50)) / baseline;
  return {
    boardId,
    buildHash,
    results: own.length,
    baseline,
    latest,
    drift: latest / baseline - 1,
    driftPerDay,
    pooled,
  };
}

function latestOf(own: readonly SentinelResult[]): number {
  return median(own.slice(-5).map(({ value }) => value));
}

function theilSenPerDay(results: readonly SentinelResult[]): number {
  const points = results.map(({ at, value }) => ({ day: Date.parse(at) / 86_400_000, value }));
  const slopes = points.flatMap((a, index) =>
    points
      .slice(index + 1)
      .filter((b) => b.day !== a.day)
      .map((b) => (b.value - a.value) / (b.day - a.day)),
  );
  return slopes.length === 0 ? 0 : median(slopes);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
