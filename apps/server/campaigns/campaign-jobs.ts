import { Readable } from 'node:stream';

import { FarmError } from '#core';
import { isFinal, type Farm, type Job } from '#farm';
import type { Campaign, Proposal } from '#search';
import type { Store } from '#store';

import { genotypeText } from '../../wiring/campaign-measure.ts';
import { planWish } from '../../wiring/campaign-model.ts';
import type { Measured } from './campaign-calls.ts';
import type { OpenJobs } from './open-jobs.ts';

/** A campaign runs for hours: boards that come back, or a bench that was paused, are waited for. */
const retries = { board: 5, host: 5 };

/** Measures the networks of a campaign as jobs of the farm, by the plans that they were estimated with. */
export class CampaignJobs {
  readonly #farm: Farm;
  readonly #store: Store;
  readonly #waiting = new Map<string, () => void>();
  readonly #leave: () => void;

  constructor(farm: Farm, store: Store) {
    this.#farm = farm;
    this.#store = store;
    this.#leave = farm.onEvent(({ type, jobId }) => {
      if (type === 'job.ended' && jobId !== null) this.#waiting.get(jobId)?.();
    });
  }

  /**
   * One proposal; `open` knows the job as long as it has not ended. A network that cannot be built or run is an
   * answer. Errors: what else its job ended with.
   */
  async measure(
    proposal: Proposal,
    campaign: Pick<Campaign, 'spec' | 'user'>,
    open: OpenJobs,
  ): Promise<Measured> {
    const id = await open.add(this.#submit(proposal, campaign));
    try {
      return await this.#answerOf(await this.#ended(id), proposal.key);
    } finally {
      open.delete(id);
    }
  }

  close(): void {
    this.#leave();
  }

  async #submit({ genotype }: Proposal, { spec, user }: Pick<Campaign, 'spec' | 'user'>): Promise<string> {
    const owner = user ?? 'nobody';
    const { name } = genotype;
    const bytes = Buffer.from(genotypeText(genotype));
    const content = await this.#store.candidates.putContent(Readable.from([bytes]));
    const createdAt = new Date().toISOString();
    await this.#store.candidates.add({ ...content, name, kind: 'genotype', user: owner, createdAt });
    const { target, fidelity, tags } = spec;
    const { kind: plan, sramLimitBytes } = planWish(spec);
    // An emulated count is the same every time.
    const timing = fidelity === 'emulated' ? { repeats: 1, warmup: 0 } : {};
    const { id } = await this.#farm.submit({
      user: owner,
      candidate: { name, hash: content.hash, kind: 'genotype', source: content.integrity },
      target,
      fidelity,
      tags,
      retries,
      settings: { ...timing, plan, sramLimitBytes },
    });
    return id;
  }

  async #ended(id: string): Promise<Job> {
    const told = new Promise<void>((resolve) => this.#waiting.set(id, resolve));
    try {
      const job = await this.#farm.job(id);
      if (job !== undefined && isFinal(job)) return job;
      await told;
      return (await this.#farm.job(id))!;
    } finally {
      this.#waiting.delete(id);
    }
  }

  async #answerOf({ id, state, failure, measurementId, candidate }: Job, key: string): Promise<Measured> {
    if (measurementId !== null && state === 'succeeded') {
      const measurement = await this.#store.measurements.get(measurementId);
      if (measurement === undefined)
        throw new FarmError('STORE_FAILED', `measurement ${measurementId} is gone`);
      return { status: 'measured', measurement };
    }
    const { code, message } = failure ?? { code: 'JOB_CANCELLED', message: 'no reason given' };
    if (state === 'failed' && failure?.blame === 'candidate') return { key, status: 'failed', code, message };
    throw new FarmError(code, `job ${id} of ${candidate.name} ${state}: ${message}`);
  }
}
