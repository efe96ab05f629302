import type { EntityManager, ObjectLiteral } from 'typeorm';

import type { Change } from '#farm';

import { ArtifactEntity } from '../entities/artifact.entity.ts';
import {
  AttemptEntity,
  BatchEntity,
  BenchEntity,
  BoardEntity,
  EventEntity,
  JobEntity,
  LeaseEntity,
  ReservationEntity,
  SentinelResultEntity,
} from '../entities/farm/index.ts';
import { MeasurementEntity } from '../entities/measurement.entity.ts';
import { measurementToEntity } from './measurement-row.ts';
import { writeRows } from './write-rows.ts';

/** Of several changes to one row only the last is written. */
export async function writeChanges(manager: EntityManager, changes: readonly Change[]): Promise<void> {
  const rows = collect(changes);
  const measured = rows.measurements.map(({ row }) => measurementToEntity(row));
  const artifacts = rows.measurements.flatMap(({ row, files }) =>
    files.map(({ name, integrity, sizeBytes }) => ({ measurementId: row.id, name, integrity, sizeBytes })),
  );
  await writeRows(manager, MeasurementEntity, measured);
  await writeRows(manager, ArtifactEntity, artifacts);
  await writeRows(manager, JobEntity, rows.jobs.values());
  await writeRows(manager, AttemptEntity, rows.attempts.values());
  await writeRows(manager, BoardEntity, rows.boards.values());
  await writeRows(manager, BenchEntity, rows.benches.values());
  await writeRows(manager, ReservationEntity, rows.reservations.values());
  await writeRows(manager, BatchEntity, rows.batches.values());
  const held: ObjectLiteral[] = [];
  for (const change of rows.leases.values()) {
    if (change.kind === 'release') await manager.delete(LeaseEntity, { id: change.boardId });
    else held.push({ id: change.row.boardId, token: change.row.token, record: JSON.stringify(change.row) });
  }
  await writeRows(manager, LeaseEntity, held);
  await writeRows(manager, SentinelResultEntity, rows.sentinels);
  await writeRows(manager, EventEntity, rows.events);
}

interface Collected {
  readonly jobs: Map<string, ObjectLiteral>;
  readonly attempts: Map<string, ObjectLiteral>;
  readonly boards: Map<string, ObjectLiteral>;
  readonly benches: Map<string, ObjectLiteral>;
  readonly reservations: Map<string, ObjectLiteral>;
  readonly batches: Map<string, ObjectLiteral>;
  readonly leases: Map<string, Extract<Change, { kind: 'lease' | 'release' }>>;
  readonly events: ObjectLiteral[];
  readonly sentinels: ObjectLiteral[];
  readonly measurements: Extract<Change, { kind: 'measurement' }>[];
}

function collect(changes: readonly Change[]): Collected {
  const rows: Collected = {
    jobs: new Map(),
    attempts: new Map(),
    boards: new Map(),
    benches: new Map(),
    reservations: new Map(),
    batches: new Map(),
    leases: new Map(),
    events: [],
    sentinels: [],
    measurements: [],
  };
  for (const change of changes) collectOne(rows, change);
  return rows;
}

function collectOne(rows: Collected, change: Change): void {
  switch (change.kind) {
    case 'job':
      rows.jobs.set(change.row.id, jobRow(change.row));
      break;
    case 'attempt': {
      const { id, seq, jobId, state } = change.row;
      rows.attempts.set(id, { id, seq, jobId, state, record: JSON.stringify(change.row) });
      break;
    }
    case 'board':
      rows.boards.set(change.row.id, { id: change.row.id, record: JSON.stringify(change.row) });
      break;
    case 'bench':
      rows.benches.set(change.row.name, { id: change.row.name, record: JSON.stringify(change.row) });
      break;
    case 'lease':
      rows.leases.set(change.row.boardId, change);
      break;
    case 'release':
      rows.leases.set(change.boardId, change);
      break;
    case 'reservation':
      rows.reservations.set(change.row.id, numberedRow(change.row));
      break;
    case 'batch':
      rows.batches.set(change.row.id, numberedRow(change.row));
      break;
    case 'event': {
      const { seq, jobId, boardId } = change.row;
      rows.events.push({ seq, jobId, boardId, record: JSON.stringify(change.row) });
      break;
    }
    case 'sentinel': {
      const { attemptId, boardId, target, at } = change.row;
      rows.sentinels.push({ attemptId, boardId, target, at, record: JSON.stringify(change.row) });
      break;
    }
    case 'measurement':
      rows.measurements.push(change);
      break;
  }
}

function jobRow(job: Extract<Change, { kind: 'job' }>['row']): ObjectLiteral {
  const { id, seq, user, state, batchId, contentKey, measurementId, selector, candidate } = job;
  const { target, board } = selector;
  const candidateHash = candidate.hash;
  const record = JSON.stringify(job);
  return { id, seq, user, state, target, board, batchId, candidateHash, contentKey, measurementId, record };
}

function numberedRow(row: { id: string; seq: number; state: string }): ObjectLiteral {
  return { id: row.id, seq: row.seq, state: row.state, record: JSON.stringify(row) };
}
