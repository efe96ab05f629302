import { Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import type { Request } from 'express';

import { FarmError } from '#core';
import type { StoredCandidate } from '#store';

import { audit } from '../http/audit.ts';
import { Needs, Who } from '../http/access.guard.ts';
import type { Caller } from '../http/request-id.ts';
import { Validated } from '../http/validated.pipe.ts';
import { candidateQuerySchema, type CandidateQuery } from '../schemas/access.ts';
import { sha256 } from '../schemas/common.ts';
import { ACCESS, STORE, type Access, type Store } from '../tokens.ts';
import { limitUpload, requireOctets } from '../uploads/limit-upload.ts';

@Controller('api/v1/candidates')
export class CandidatesController {
  readonly #store: Store;
  readonly #access: Access;

  constructor(@Inject(STORE) store: Store, @Inject(ACCESS) access: Access) {
    this.#store = store;
    this.#access = access;
  }

  /** The request's body is the file itself, streamed to disk. The name is only ever shown. */
  @Post()
  @Needs('submitter')
  async upload(
    @Req() request: Request,
    @Query(new Validated(candidateQuerySchema, 'query')) query: CandidateQuery,
    @Who() caller: Caller,
  ): Promise<StoredCandidate> {
    const declared = requireOctets(request);
    const bytes = limitUpload(request, query.kind, this.#access.maxUploadBytes, declared);
    const content = await this.#store.candidates.putContent(bytes);
    const { name, kind } = query;
    const createdAt = new Date().toISOString();
    const candidate = await this.#store.candidates.add({
      ...content,
      name,
      kind,
      user: caller.user,
      createdAt,
    });
    await audit(this.#store, caller, 'candidate.upload', candidate.hash, {
      name,
      sizeBytes: content.sizeBytes,
    });
    return candidate;
  }

  @Get(':hash')
  @Needs('viewer')
  @HttpCode(200)
  async get(@Param('hash', new Validated(sha256, 'hash')) hash: string): Promise<StoredCandidate> {
    const candidate = await this.#store.candidates.get(hash);
    if (candidate === undefined) throw new FarmError('NOT_FOUND', `there is no candidate ${hash}`);
    return candidate;
  }
}
