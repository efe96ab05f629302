import {
  In,
  LessThan,
  MoreThan,
  type EntityManager,
  type EntityTarget,
  type FindOptionsWhere,
  type ObjectLiteral,
} from 'typeorm';

import { FarmError, isFarmError, messageOf } from '#core';
import type {
  Attempt,
  Batch,
  Change,
  EventFilter,
  FarmEvent,
  FarmRepository,
  FarmSnapshot,
  Job,
  JobFilter,
  Reservation,
  SentinelResult,
  StoredFile,
} from '#farm';

import type { ContentStore } from '../content-store.ts';
import type { Database } from '../database.ts';
import {
  AttemptEntity,
  BatchEntity,
  BenchEntity,
  BoardEntity,
  EventEntity,
  FarmOwnerEntity,
  JobEntity,
  LeaseEntity,
  ReservationEntity,
  SentinelResultEntity,
} from '../entities/farm/index.ts';
import { writeChanges } from './write-changes.ts';

const ownerId = 'farm';
/** Parameters in one statement are limited, by SQLite to 32,766. */
const chunk = 500;

/** A farm's store in a database. One server at a time owns it. */
export class DatabaseFarmRepository implements FarmRepository {
  readonly #database: Database;
  readonly #content: ContentStore;
  #epoch = 0;

  constructor(database: Database, content: ContentStore) {
    this.#database = database;
    this.#content = content;
  }

  async open(): Promise<FarmSnapshot> {
    return this.#write(async (manager) => {
      const owner = await lockedOwner(manager);
      this.#epoch = (owner?.epoch ?? 0) + 1;
      await manager.save(FarmOwnerEntity, { id: ownerId, epoch: this.#epoch });
      return readSnapshot(manager);
    });
  }

  async commit(changes: readonly Change[]): Promise<void> {
    await this.#write(async (manager) => {
      const owner = await lockedOwner(manager);
      if (owner?.epoch !== this.#epoch) {
        throw new FarmError('FARM_SUPERSEDED', 'another server has taken the store over');
      }
      await writeChanges(manager, changes);
    });
  }

  async putFiles(files: ReadonlyMap<string, Uint8Array>): Promise<StoredFile[]> {
    const stored: StoredFile[] = [];
    for (const [name, bytes] of files) {
      stored.push({ name, integrity: await this.#content.put(bytes), sizeBytes: bytes.length });
    }
    return stored;
  }

  async findAnswers(contentKeys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const answers = new Map<string, string>();
    for (let start = 0; start < contentKeys.length; start += chunk) {
      const wanted = contentKeys.slice(start, start + chunk);
      const rows = await this.#read((manager) =>
        manager.find(JobEntity, {
          select: { contentKey: true, measurementId: true },
          where: { contentKey: In(wanted), state: 'succeeded' },
          order: { seq: 'ASC' },
        }),
      );
      for (const row of rows) if (row.measurementId !== null) answers.set(row.contentKey, row.measurementId);
    }
    return answers;
  }

  async job(id: string): Promise<Job | undefined> {
    return this.#one<Job>(JobEntity, { id });
  }

  async findJobs(filter: JobFilter): Promise<Job[]> {
    const rows = await this.#read((manager) =>
      manager.find(JobEntity, {
        select: { record: true },
        where: whereJob(filter),
        order: { seq: 'DESC' },
        take: filter.limit ?? 50,
      }),
    );
    return rows.map((row) => parse<Job>(row));
  }

  async countJobs(filter: JobFilter): Promise<number> {
    return this.#read((manager) => manager.countBy(JobEntity, whereJob(filter)));
  }

  async attemptsOf(jobId: string): Promise<Attempt[]> {
    const rows = await this.#read((manager) =>
      manager.find(AttemptEntity, { where: { jobId }, order: { seq: 'ASC' } }),
    );
    return rows.map((row) => parse<Attempt>(row));
  }

  async attempt(id: string): Promise<Attempt | undefined> {
    return this.#one<Attempt>(AttemptEntity, { id });
  }

  async batch(id: string): Promise<Batch | undefined> {
    return this.#one<Batch>(BatchEntity, { id });
  }

  async findBatches(limit: number): Promise<Batch[]> {
    const rows = await this.#read((manager) =>
      manager.find(BatchEntity, { order: { seq: 'DESC' }, take: limit }),
    );
    return rows.map((row) => parse<Batch>(row));
  }

  async reservation(id: string): Promise<Reservation | undefined> {
    return this.#one<Reservation>(ReservationEntity, { id });
  }

  async events({ afterSeq, jobId, boardId, limit }: EventFilter): Promise<FarmEvent[]> {
    const where: FindOptionsWhere<EventEntity> = { seq: MoreThan(afterSeq) };
    if (jobId !== undefined) where.jobId = jobId;
    if (boardId !== undefined) where.boardId = boardId;
    const rows = await this.#read((manager) =>
      manager.find(EventEntity, { where, order: { seq: 'ASC' }, take: limit }),
    );
    return rows.map((row) => parse<FarmEvent>(row));
  }

  async sentinelResults(filter: {
    target?: string;
    boardId?: string;
    limit: number;
  }): Promise<SentinelResult[]> {
    const { limit, ...where } = filter;
    const rows = await this.#read((manager) =>
      manager.find(SentinelResultEntity, { where, order: { at: 'DESC', attemptId: 'DESC' }, take: limit }),
    );
    return rows.map((row) => parse<SentinelResult>(row)).toReversed();
  }

  async #one<T>(entity: EntityTarget<ObjectLiteral>, where: ObjectLiteral): Promise<T | undefined> {
    const row = await this.#read((manager) => manager.findOneBy(entity, where));
    return row === null ? undefined : parse<T>(row as { record: string });
  }

  #read<T>(query: (manager: EntityManager) => Promise<T>): Promise<T> {
    return storeFailures('read', () => this.#database.read(query));
  }

  #write<T>(query: (manager: EntityManager) => Promise<T>): Promise<T> {
    return storeFailures('written', () => this.#database.write(query));
  }
}

async function storeFailures<T>(what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (isFarmError(error)) throw error;
    throw new FarmError('STORE_FAILED', `the database could not be ${what}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** On PostgreSQL the row stays locked until the transaction ends; SQLite has one writer anyway. */
async function lockedOwner(manager: EntityManager): Promise<FarmOwnerEntity | null> {
  const locks = manager.connection.options.type === 'postgres';
  return manager.findOne(FarmOwnerEntity, {
    where: { id: ownerId },
    ...(locks ? { lock: { mode: 'pessimistic_write' as const } } : {}),
  });
}

async function readSnapshot(manager: EntityManager): Promise<FarmSnapshot> {
  const open = In(['queued', 'running']);
  const [jobs, attempts, boards, benches, leases, reservations, batches] = [
    await manager.find(JobEntity, {
      select: { record: true },
      where: { state: open },
      order: { seq: 'ASC' },
    }),
    await manager.find(AttemptEntity, { where: { state: 'running' } }),
    await manager.find(BoardEntity, { order: { id: 'ASC' } }),
    await manager.find(BenchEntity),
    await manager.find(LeaseEntity),
    await manager.find(ReservationEntity, { where: { state: In(['waiting', 'held']) } }),
    await manager.find(BatchEntity, { where: { state: 'open' } }),
  ];
  return {
    jobs: jobs.map((row) => parse(row)),
    attempts: attempts.map((row) => parse(row)),
    boards: boards.map((row) => parse(row)),
    benches: benches.map((row) => parse(row)),
    leases: leases.map((row) => parse(row)),
    reservations: reservations.map((row) => parse(row)),
    batches: batches.map((row) => parse(row)),
    lastSeq: {
      job: await lastSeq(manager, JobEntity),
      attempt: await lastSeq(manager, AttemptEntity),
      reservation: await lastSeq(manager, ReservationEntity),
      batch: await lastSeq(manager, BatchEntity),
      event: await lastSeq(manager, EventEntity),
    },
  };
}

async function lastSeq(manager: EntityManager, entity: EntityTarget<{ seq: number }>): Promise<number> {
  // PostgreSQL answers with a string.
  const highest: unknown = await manager.maximum(entity, 'seq', {});
  return Number(highest ?? 0);
}

function whereJob(filter: JobFilter): FindOptionsWhere<JobEntity> {
  const where: FindOptionsWhere<JobEntity> = {};
  if (filter.states !== undefined) where.state = In([...filter.states]);
  if (filter.user !== undefined) where.user = filter.user;
  if (filter.target !== undefined) where.target = filter.target;
  if (filter.board !== undefined) where.board = filter.board;
  if (filter.batchId !== undefined) where.batchId = filter.batchId;
  if (filter.candidateHash !== undefined) where.candidateHash = filter.candidateHash;
  if (filter.beforeSeq !== undefined) where.seq = LessThan(filter.beforeSeq);
  return where;
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what was written there is what comes back
function parse<T>({ record }: { readonly record: string }): T {
  return JSON.parse(record) as T;
}
