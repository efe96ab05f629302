import { setMaxListeners } from 'node:events';
import { extname } from 'node:path';
import { Tinypool } from 'tinypool';
import { FarmError } from '#core';
import type { Genotype } from '#network';
import type { CostUnit, Estimate, Estimator, EstimatorOptions } from '../estimate/index.ts';
import type { SearchSpace } from '../space/index.ts';
import type { SpaceSurvey, SurveyOptions } from '../stage-one/survey.ts';
import type { SurveyTask, ThreadAnswer } from './search-worker.ts';

/** Networks that one thread takes at a time: enough to hide the message, few enough to share evenly. */
const batchSize = 10;

/** Estimators in threads of their own; only from compiled code. What they answer does not depend on their number. */
export class SearchThreads implements Estimator {
  readonly costSource: string;
  readonly unit: CostUnit;
  readonly #pool: Tinypool;
  readonly #stopping = new AbortController();

  constructor(options: EstimatorOptions, threads: number) {
    this.costSource = options.costSource;
    this.unit = options.model.unit;
    // Each task that waits or runs listens; a survey has a hundred.
    setMaxListeners(0, this.#stopping.signal);
    const here = import.meta.url;
    this.#pool = new Tinypool({
      filename: new URL(`./search-worker${extname(new URL(here).pathname)}`, here).href,
      minThreads: 1,
      maxThreads: threads,
      workerData: options,
      // Flags that node was started with, such as --eval's, would make a thread fail.
      execArgv: [],
    });
  }

  /** Errors: those of an estimator, and INTERRUPTED once closed. */
  async estimate(genotypes: readonly Genotype[]): Promise<Estimate[]> {
    const batches: Genotype[][] = [];
    for (let at = 0; at < genotypes.length; at += batchSize) {
      batches.push(genotypes.slice(at, at + batchSize));
    }
    const estimates = await Promise.all(batches.map((batch) => this.#run<Estimate[]>('estimate', batch)));
    return estimates.flat();
  }

  /** `surveySpace` in a thread. */
  survey(space: SearchSpace, options: SurveyOptions): Promise<SpaceSurvey> {
    return this.#run<SpaceSurvey>('survey', { space, options } satisfies SurveyTask);
  }

  /** Ends the threads, and what they are at with INTERRUPTED. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#pool.destroy();
  }

  async #run<T>(name: string, task: unknown): Promise<T> {
    const { signal } = this.#stopping;
    let answer: ThreadAnswer<T>;
    try {
      answer = (await this.#pool.run(task, { name, signal })) as ThreadAnswer<T>;
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new FarmError('INTERRUPTED', 'the search was interrupted', { cause: error });
    }
    if ('code' in answer) throw new FarmError(answer.code, answer.message);
    return answer.value;
  }
}
