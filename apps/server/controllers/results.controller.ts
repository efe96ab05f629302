import { Controller, Get, Header, Inject, Param, Query, Res, StreamableFile } from '@nestjs/common';
import { stringify } from 'csv-stringify/sync';
import type { Response } from 'express';

import { FarmError } from '#core';
import type { Attempt } from '#farm';
import type { Measurement } from '#measurement';
import type { Artifact } from '#store';

import { Needs } from '../http/access.guard.ts';
import { identifier } from '../http/identifier.ts';
import { Validated } from '../http/validated.pipe.ts';
import { resultQuerySchema, type ResultQuery } from '../schemas/access.ts';
import { STORE, type Store } from '../tokens.ts';

const columns = [
  'id',
  'candidate',
  'target',
  'board',
  'on',
  'fidelity',
  'status',
  'reason',
  'instructions',
  'cycles',
  'macs',
] as const;

@Controller('api/v1')
export class ResultsController {
  readonly #store: Store;

  constructor(@Inject(STORE) store: Store) {
    this.#store = store;
  }

  @Get('results')
  @Needs('viewer')
  async list(
    @Query(new Validated(resultQuerySchema, 'query')) query: ResultQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ items: Measurement[]; next: string | null } | string> {
    const {
      name: candidate,
      candidate: candidateHash,
      target,
      status,
      board,
      fidelity,
      limit,
      format,
    } = query;
    const after = query.cursor === undefined ? undefined : await this.get(query.cursor);
    const items = await this.#store.measurements.find({
      limit,
      ...(candidate === undefined ? {} : { candidate }),
      ...(candidateHash === undefined ? {} : { candidateHash }),
      ...(target === undefined ? {} : { target }),
      ...(status === undefined ? {} : { status }),
      ...(board === undefined ? {} : { board }),
      ...(fidelity === undefined ? {} : { fidelity }),
      ...(after === undefined ? {} : { after }),
    });
    if (format === 'json') return { items, next: items.length === limit ? items.at(-1)!.id : null };
    response.type('text/csv; charset=utf-8');
    return stringify(
      items.map((item) => rowOf(item)),
      // A spreadsheet must not take a candidate's name for a formula.
      { header: true, columns: [...columns, 'peakSramBytes'], escape_formulas: true },
    );
  }

  @Get('results/:id')
  @Needs('viewer')
  async get(@Param('id', identifier) id: string): Promise<Measurement> {
    const measurement = await this.#store.measurements.get(id);
    if (measurement === undefined) throw new FarmError('NOT_FOUND', `there is no measurement ${id}`);
    return measurement;
  }

  @Get('results/:id/artifacts')
  @Needs('viewer')
  async artifacts(@Param('id', identifier) id: string): Promise<{ items: Artifact[] }> {
    await this.get(id);
    return { items: await this.#store.measurements.artifacts(id) };
  }

  /** Names are looked up among those on record, and never become paths. */
  @Get('results/:id/artifacts/*name')
  @Needs('viewer')
  @Header('Content-Disposition', 'attachment')
  @Header('Content-Security-Policy', "default-src 'none'; sandbox")
  async artifact(
    @Param('id', identifier) id: string,
    @Param('name') parts: string | string[],
  ): Promise<StreamableFile> {
    const name = Array.isArray(parts) ? parts.join('/') : parts;
    const artifact = (await this.#store.measurements.artifacts(id)).find((each) => each.name === name);
    if (artifact === undefined) throw new FarmError('NOT_FOUND', `measurement ${id} has no artifact ${name}`);
    return new StreamableFile(await this.#store.measurements.readArtifact(artifact), {
      type: 'application/octet-stream',
      length: artifact.sizeBytes,
    });
  }

  @Get('attempts/:id')
  @Needs('viewer')
  async attempt(@Param('id', identifier) id: string): Promise<Attempt> {
    const attempt = await this.#store.farm.attempt(id);
    if (attempt === undefined) throw new FarmError('NOT_FOUND', `there is no attempt ${id}`);
    return attempt;
  }

  @Get('attempts/:id/log')
  @Needs('viewer')
  @Header('Content-Disposition', 'attachment')
  async log(@Param('id', identifier) id: string): Promise<StreamableFile> {
    const attempt = await this.attempt(id);
    const log = attempt.log ?? (await this.#logOf(attempt.measurementId));
    if (log === undefined)
      throw new FarmError('NOT_FOUND', `attempt ${id} has no log: it is ${attempt.state}`);
    return new StreamableFile(await this.#store.candidates.read(log), { type: 'text/plain; charset=utf-8' });
  }

  /** Of a measured attempt the log is one of the measurement's files. */
  async #logOf(measurementId: string | null): Promise<string | undefined> {
    if (measurementId === null) return undefined;
    const files = await this.#store.measurements.artifacts(measurementId);
    return files.find(({ name }) => name === 'console.log')?.integrity;
  }
}

function rowOf(item: Measurement): unknown[] {
  return [...columns.map((column) => item[column] ?? ''), item.sram.measured?.peakBytes ?? ''];
}
