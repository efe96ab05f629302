import type { Measurement } from '#measurement';

import { MeasurementEntity } from '../entities/measurement.entity.ts';

export function measurementToEntity(measurement: Measurement): MeasurementEntity {
  return Object.assign(new MeasurementEntity(), {
    id: measurement.id,
    candidate: measurement.candidate.slice(0, 200),
    candidateHash: measurement.provenance.candidateHash,
    target: measurement.target,
    on: measurement.on,
    board: measurement.board ?? null,
    fidelity: measurement.fidelity,
    status: measurement.status,
    // PostgreSQL's text holds no NUL, which a firmware may well have said; the record has it, escaped.
    reason: measurement.reason?.replaceAll('\0', String.raw`\0`) ?? null,
    buildHash: measurement.provenance.buildHash,
    createdAt: measurement.provenance.startedAt,
    record: JSON.stringify(measurement),
  });
}

export function measurementFromEntity(row: MeasurementEntity): Measurement {
  return JSON.parse(row.record) as Measurement;
}
