import type { Clock } from '#core';

import type { Batch } from '../model/batch.ts';
import { failure, type Failure } from '../model/failure.ts';
import type { Job } from '../model/job.ts';
import type { Alarm } from './alarm.ts';
import type { FarmState } from './farm-state.ts';

/** Counts a batch's jobs as they end; with enough accepted, or too late, the others are not measured any more. */
export class Batches {
  readonly #state: FarmState;
  readonly #clock: Clock;
  readonly #alarm: Alarm;
  readonly #withdraw: (jobId: string, state: 'cancelled' | 'expired', why: Failure) => void;

  constructor(
    state: FarmState,
    clock: Clock,
    alarm: Alarm,
    withdraw: (jobId: string, state: 'cancelled' | 'expired', why: Failure) => void,
  ) {
    this.#state = state;
    this.#clock = clock;
    this.#alarm = alarm;
    this.#withdraw = withdraw;
  }

  open(batch: Batch): void {
    this.#state.putBatch(batch);
    this.resume(batch);
  }

  resume(batch: Batch): void {
    if (batch.accepted >= batch.want) this.#withdrawAll(batch.id, 'cancelled', enough(batch));
    if (batch.deadlineAt === null) return;
    const leftMs = Date.parse(batch.deadlineAt) - this.#clock.nowMs();
    this.#alarm.set(`batch ${batch.id}`, leftMs, () => {
      this.#withdrawAll(
        batch.id,
        'expired',
        failure('DEADLINE_PASSED', `the deadline of batch ${batch.id} was ${batch.deadlineAt}`),
      );
    });
  }

  jobEnded(job: Job): void {
    const batch = job.batchId === null ? undefined : this.#state.batches.get(job.batchId);
    if (batch === undefined) return;
    const accepted = batch.accepted + (job.state === 'succeeded' ? 1 : 0);
    const counted: Batch = { ...batch, accepted, ended: batch.ended + 1 };
    if (counted.ended === counted.size) {
      this.#end(counted);
      return;
    }
    this.#state.putBatch(counted);
    if (accepted < batch.want || batch.accepted >= batch.want) return;
    // The jobs may still be being submitted, when the record answers the first of them.
    queueMicrotask(() => this.#withdrawAll(batch.id, 'cancelled', enough(batch)));
  }

  #withdrawAll(batchId: string, state: 'cancelled' | 'expired', why: Failure): void {
    for (const jobId of Array.from(this.#state.batchJobs.get(batchId) ?? []))
      this.#withdraw(jobId, state, why);
  }

  #end(batch: Batch): void {
    const state = batch.accepted >= batch.want ? 'complete' : 'partial';
    this.#alarm.clear(`batch ${batch.id}`);
    this.#state.putBatch({ ...batch, state, endedAt: this.#state.now() });
    this.#state.event(
      'batch.ended',
      { user: batch.user },
      { batch: batch.id, state, accepted: batch.accepted },
    );
  }
}

function enough({ id, want }: Batch): Failure {
  return failure('JOB_CANCELLED', `batch ${id} has the ${want} that it wanted`);
}
