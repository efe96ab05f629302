import type { Clock } from '#core';

import { contentKey } from '../decide/content-key.ts';
import { failure, type Failure } from '../model/failure.ts';
import type { Job, JobRequest } from '../model/job.ts';
import type { FarmRepository } from '../ports/farm-repository.ts';
import type { Alarm } from './alarm.ts';
import type { Batches } from './batches.ts';
import type { FarmState } from './farm-state.ts';
import { resolveSelector, settingsOf } from './resolve-request.ts';

/** What the ledger asks of those who queue and run jobs. */
export interface JobQueue {
  enqueue(job: Job): void;
  /** Takes it out of the queue, or stops what it does; true when it ends only later, by itself. */
  withdraw(job: Job, why: Failure, state: 'cancelled' | 'expired'): boolean;
  raise(job: Job, priority: number): void;
}

const recentAnswers = 10_000;

/** Jobs from submission to their end: sharing, answers from the record, deadlines. */
export class JobLedger {
  readonly #state: FarmState;
  readonly #repository: FarmRepository;
  readonly #clock: Clock;
  readonly #alarm: Alarm;
  readonly #queue: JobQueue;
  readonly #batches: Batches;
  /** The job that is measured for a content key, and those that wait for the same answer. */
  readonly #leaders = new Map<string, string>();
  readonly #followers = new Map<string, Set<string>>();
  /** Answers given a moment ago, which a look into the store may just have missed. */
  readonly #recent = new Map<string, string>();

  constructor(
    state: FarmState,
    repository: FarmRepository,
    clock: Clock,
    alarm: Alarm,
    queue: JobQueue,
    batches: Batches,
  ) {
    this.#state = state;
    this.#repository = repository;
    this.#clock = clock;
    this.#alarm = alarm;
    this.#queue = queue;
    this.#batches = batches;
  }

  /**
   * Rejects with what is wrong about any of them before one is taken; resolves once all are on record. `batchOf` opens
   * the batch that they belong to.
   */
  async submit(requests: readonly JobRequest[], batchOf?: () => string): Promise<Job[]> {
    const drafts = requests.map((request) => this.#draft(request));
    const asked = drafts.filter((job) => !job.fresh).map((job) => job.contentKey);
    const answers = await this.#repository.findAnswers([...new Set(asked)]);
    const batchId = batchOf?.() ?? null;
    const jobs = drafts.map((draft) => {
      const seq = this.#state.nextSeq('job');
      return this.#take({ ...draft, id: `j${seq}`, seq, batchId }, answers.get(draft.contentKey));
    });
    await this.#state.flushed();
    return jobs.map((job) => this.#state.jobs.get(job.id) ?? job);
  }

  /** Puts a job that was on record at the start back to where it was. */
  resume(job: Job): void {
    this.#watchDeadline(job);
    if (job.sharedWith !== null && this.#state.jobs.has(job.sharedWith)) {
      this.#follow(job.sharedWith, job.id);
      return;
    }
    const alone = job.sharedWith === null ? job : this.#state.putJob({ ...job, sharedWith: null });
    if (!this.#leaders.has(job.contentKey)) this.#leaders.set(job.contentKey, job.id);
    this.#queue.enqueue(alone);
  }

  followersOf(jobId: string): number {
    return this.#followers.get(jobId)?.size ?? 0;
  }

  /** Ends a job with its measurement, and all that share it. */
  succeed(jobId: string, measurementId: string): void {
    const job = this.#state.jobs.get(jobId);
    if (job === undefined) return;
    this.#recent.set(job.contentKey, measurementId);
    if (this.#recent.size > recentAnswers) this.#recent.delete(this.#recent.keys().next().value!);
    const followers = this.#release(job);
    this.#end(job, { state: 'succeeded', measurementId, answeredFrom: 'attempt' });
    for (const id of followers) {
      const follower = this.#state.jobs.get(id);
      if (follower) this.#end(follower, { state: 'succeeded', measurementId, answeredFrom: 'shared' });
    }
  }

  /** Ends a job without an accepted measurement, and all that share it. */
  fail(jobId: string, why: Failure, measurementId: string | null = null): void {
    const job = this.#state.jobs.get(jobId);
    if (job === undefined) return;
    const followers = this.#release(job);
    this.#end(job, { state: 'failed', failure: why, measurementId });
    for (const id of followers) {
      const follower = this.#state.jobs.get(id);
      if (follower) this.#end(follower, { state: 'failed', failure: why, measurementId });
    }
  }

  /** Ends a job that is in the queue without trying it again. */
  giveUp(jobId: string, why: Failure): void {
    const job = this.#state.jobs.get(jobId);
    if (job === undefined) return;
    this.#queue.withdraw(job, why, 'cancelled');
    this.fail(jobId, why);
  }

  requeue(job: Job, changes: Partial<Job>, why: Failure): void {
    const again = this.#state.putJob({ ...job, ...changes, state: 'queued' });
    this.#state.event('job.requeued', subject(again), { ...why });
    this.#queue.enqueue(again);
  }

  /** Ends a job at whatever stage it is. Those that share its attempt go on without it. */
  withdraw(jobId: string, state: 'cancelled' | 'expired', why: Failure): void {
    const job = this.#state.jobs.get(jobId);
    if (job === undefined) return;
    if (job.sharedWith === null && this.#queue.withdraw(job, why, state)) return;
    this.withdrawn(jobId, state, why);
  }

  /** The job has let go of everything. */
  withdrawn(jobId: string, state: 'cancelled' | 'expired', why: Failure): void {
    const job = this.#state.jobs.get(jobId);
    if (job === undefined) return;
    if (job.sharedWith !== null) this.#followers.get(job.sharedWith)?.delete(jobId);
    const followers = [...this.#release(job)].filter((id) => this.#state.jobs.has(id));
    this.#end(job, { state, failure: why });
    const [heir, ...others] = followers;
    if (heir === undefined) return;
    const leader = this.#state.putJob({ ...this.#state.jobs.get(heir)!, sharedWith: null });
    this.#leaders.set(leader.contentKey, leader.id);
    for (const id of others) {
      this.#state.putJob({ ...this.#state.jobs.get(id)!, sharedWith: leader.id });
      this.#follow(leader.id, id);
    }
    this.#queue.enqueue(leader);
  }

  #draft(request: JobRequest): Job {
    const selector = resolveSelector(request, [...this.#state.boards.values()]);
    const settings = settingsOf(request.settings);
    return {
      id: '',
      seq: 0,
      user: request.user,
      candidate: request.candidate,
      selector,
      settings,
      priority: request.priority ?? 5,
      deadlineAt: request.deadlineAt ?? null,
      retries: { board: request.retries?.board ?? 2, host: request.retries?.host ?? 5 },
      spent: { board: 0, host: 0 },
      lost: 0,
      failedOn: [],
      fresh: request.fresh ?? false,
      contentKey: contentKey(request.candidate, selector, settings),
      batchId: null,
      state: 'queued',
      attempts: 0,
      sharedWith: null,
      answeredFrom: null,
      measurementId: null,
      failure: null,
      createdAt: this.#state.now(),
      startedAt: null,
      endedAt: null,
    };
  }

  #take(job: Job, onRecord: string | undefined): Job {
    const { id, user, candidate, selector, priority, batchId } = job;
    this.#state.event('job.submitted', subject(job), {
      user,
      candidate: candidate.name,
      selector,
      priority,
      batchId,
    });
    const leaderId = this.#leaders.get(job.contentKey);
    if (!job.fresh) {
      const measurementId = onRecord ?? this.#recent.get(job.contentKey);
      if (measurementId !== undefined) {
        return this.#end(job, { state: 'succeeded', measurementId, answeredFrom: 'record' });
      }
      if (leaderId !== undefined) return this.#share(job, leaderId);
    }
    const taken = this.#state.putJob(job);
    if (leaderId === undefined) this.#leaders.set(job.contentKey, id);
    this.#watchDeadline(taken);
    this.#queue.enqueue(taken);
    return taken;
  }

  #share(job: Job, leaderId: string): Job {
    const follower = this.#state.putJob({ ...job, sharedWith: leaderId });
    this.#follow(leaderId, job.id);
    this.#watchDeadline(follower);
    // Who shares does not wait longer than alone.
    this.#queue.raise(this.#state.jobs.get(leaderId)!, job.priority);
    return follower;
  }

  #follow(leaderId: string, jobId: string): void {
    const followers = this.#followers.get(leaderId) ?? new Set();
    this.#followers.set(leaderId, followers.add(jobId));
  }

  #release(job: Job): Iterable<string> {
    if (this.#leaders.get(job.contentKey) === job.id) this.#leaders.delete(job.contentKey);
    const followers = this.#followers.get(job.id) ?? [];
    this.#followers.delete(job.id);
    return followers;
  }

  #end(job: Job, changes: Partial<Job> & Pick<Job, 'state'>): Job {
    this.#alarm.clear(`deadline ${job.id}`);
    const ended = this.#state.putJob({ ...job, ...changes, endedAt: this.#state.now() });
    const { state, measurementId, failure: why, answeredFrom } = ended;
    this.#state.event('job.ended', subject(ended), { state, measurementId, failure: why, answeredFrom });
    this.#batches.jobEnded(ended);
    return ended;
  }

  #watchDeadline(job: Job): void {
    if (job.deadlineAt === null) return;
    const leftMs = Date.parse(job.deadlineAt) - this.#clock.nowMs();
    this.#alarm.set(`deadline ${job.id}`, leftMs, () => {
      const why = failure('DEADLINE_PASSED', `its deadline was ${job.deadlineAt}`);
      this.withdraw(job.id, 'expired', why);
    });
  }
}

function subject(job: Job): { jobId: string; user: string } {
  return { jobId: job.id, user: job.user };
}
