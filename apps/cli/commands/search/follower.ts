import type { CampaignSpec, LoopStep } from '#search';

import type { Progress } from '../../output/progress.ts';

/** Says how a campaign goes: what it is doing, how far it is, and a line after each round. */
export class Follower {
  readonly #budget: number;
  readonly #before: number;
  readonly #progress: Progress;
  readonly #note: (line: string) => void;
  readonly #startedMs = performance.now();
  #measured: number;

  /** `before`: what the campaign did before this sitting. */
  constructor(
    { budget }: Pick<CampaignSpec, 'budget'>,
    before: readonly LoopStep[],
    progress: Progress,
    note: (line: string) => void,
  ) {
    this.#budget = budget.measurements;
    this.#measured = before.filter(({ kind }) => kind === 'outcome').length;
    this.#before = this.#measured;
    this.#progress = progress;
    this.#note = note;
  }

  step(step: LoopStep): void {
    if (step.kind === 'outcome') this.#measured++;
    const count = this.#count();
    this.#progress.detail(count);
    if (step.kind !== 'fitted') return;
    const { meanAbsoluteError: error, falseFeasible, volume } = step;
    const fit = error === undefined ? 'no fit yet' : `model error ${(100 * error).toFixed(3)} %`;
    const missed = falseFeasible.length === 0 ? '' : `, ${falseFeasible.length} falsely taken to be feasible`;
    this.#progress.done();
    this.#note(`${count}; hypervolume ${volume.toFixed(4)}, ${fit}${missed}`);
  }

  #count(): string {
    const done = this.#measured - this.#before;
    const eachS = (performance.now() - this.#startedMs) / 1000 / Math.max(1, done);
    const leftS = Math.ceil(eachS * Math.max(0, this.#budget - this.#measured));
    const left = done === 0 ? 'time left unknown' : `${leftS} s left`;
    return `${this.#measured} of ${this.#budget} measured, ${left}`;
  }
}
