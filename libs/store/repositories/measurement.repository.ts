import { LessThan, MoreThan, type EntityManager, type FindOptionsWhere } from 'typeorm';

import { FarmError, messageOf } from '#core';
import type { Measurement } from '#measurement';

import type { ContentStore } from '../content-store.ts';
import type { Database } from '../database.ts';
import { ArtifactEntity } from '../entities/artifact.entity.ts';
import { MeasurementEntity } from '../entities/measurement.entity.ts';
import { measurementFromEntity, measurementToEntity } from './measurement-row.ts';

export interface MeasurementFilter {
  readonly candidate?: string;
  readonly candidateHash?: string;
  readonly target?: string;
  readonly status?: Measurement['status'];
  readonly board?: string;
  readonly fidelity?: Measurement['fidelity'];
  /** Only what comes after this one, in the order of the answer: the cursor of the next page. */
  readonly after?: Pick<Measurement, 'id' | 'provenance'>;
  /** Newest first; 50 unless given. */
  readonly limit?: number;
}

export interface Artifact {
  readonly name: string;
  readonly integrity: string;
  readonly sizeBytes: number;
}

/** Measurements with their files: a measurement is stored with all of its files, or not at all. */
export class MeasurementRepository {
  readonly #database: Database;
  readonly #content: ContentStore;

  constructor(database: Database, content: ContentStore) {
    this.#database = database;
    this.#content = content;
  }

  async save(measurement: Measurement, files: ReadonlyMap<string, Uint8Array> = new Map()): Promise<void> {
    try {
      const artifacts: ArtifactEntity[] = [];
      for (const [name, bytes] of files) {
        const integrity = await this.#content.put(bytes);
        artifacts.push(
          Object.assign(new ArtifactEntity(), {
            measurementId: measurement.id,
            name,
            integrity,
            sizeBytes: bytes.length,
          }),
        );
      }
      await this.#database.write(async (manager) => {
        await manager.insert(MeasurementEntity, measurementToEntity(measurement));
        await manager.insert(ArtifactEntity, artifacts);
      });
    } catch (error) {
      throw new FarmError(
        'STORE_FAILED',
        `measurement ${measurement.id} could not be stored: ${messageOf(error)}`,
        {
          cause: error,
        },
      );
    }
  }

  async find(filter: MeasurementFilter = {}): Promise<Measurement[]> {
    const where: FindOptionsWhere<MeasurementEntity> = {};
    if (filter.candidate !== undefined) where.candidate = filter.candidate;
    if (filter.candidateHash !== undefined) where.candidateHash = filter.candidateHash;
    if (filter.target !== undefined) where.target = filter.target;
    if (filter.status !== undefined) where.status = filter.status;
    if (filter.board !== undefined) where.board = filter.board;
    if (filter.fidelity !== undefined) where.fidelity = filter.fidelity;
    const rows = await this.#read((manager) =>
      manager.find(MeasurementEntity, {
        where:
          filter.after === undefined ? where : isAfter(filter.after).map((each) => ({ ...where, ...each })),
        order: { createdAt: 'DESC', id: 'ASC' },
        take: filter.limit ?? 50,
      }),
    );
    return rows.map(measurementFromEntity);
  }

  async get(id: string): Promise<Measurement | undefined> {
    const row = await this.#read((manager) => manager.findOneBy(MeasurementEntity, { id }));
    return row === null ? undefined : measurementFromEntity(row);
  }

  /** Accepted ones, those that began after `since` (ISO 8601, UTC) where it is given. */
  async countAccepted(
    { target, fidelity }: Pick<Measurement, 'target' | 'fidelity'>,
    since?: string,
  ): Promise<number> {
    const later = since === undefined ? {} : { createdAt: MoreThan(since) };
    return this.#read((manager) =>
      manager.countBy(MeasurementEntity, { target, fidelity, status: 'accepted', ...later }),
    );
  }

  async artifacts(measurementId: string): Promise<Artifact[]> {
    const rows = await this.#read((manager) =>
      manager.find(ArtifactEntity, { where: { measurementId }, order: { name: 'ASC' } }),
    );
    return rows.map(({ name, integrity, sizeBytes }) => ({ name, integrity, sizeBytes }));
  }

  async readArtifact(artifact: Artifact): Promise<Uint8Array> {
    return this.#content.get(artifact.integrity);
  }

  async #read<T>(query: (manager: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await this.#database.read(query);
    } catch (error) {
      throw new FarmError('STORE_FAILED', `the database could not be read: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }
}

/** Older, or as old with a larger id. */
function isAfter({
  id,
  provenance,
}: Pick<Measurement, 'id' | 'provenance'>): FindOptionsWhere<MeasurementEntity>[] {
  const createdAt = provenance.startedAt;
  return [{ createdAt: LessThan(createdAt) }, { createdAt, id: MoreThan(id) }];
}
