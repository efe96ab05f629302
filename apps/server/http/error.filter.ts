import { Catch, HttpException, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';

import { FarmError, isFarmError, messageOf, type ErrorCode } from '#core';

import { LOGGER, type Logger } from '../tokens.ts';
import { requestIdOf } from './request-id.ts';

interface Answer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly issues?: unknown;
}

/** The one place where errors become answers. Unknown ones are logged with the request's id, and not told. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  readonly #logger: Logger;

  constructor(@Inject(LOGGER) logger: Logger) {
    this.#logger = logger;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const request = host.switchToHttp().getRequest<Request>();
    const requestId = requestIdOf(response);
    const { status, ...body } = this.#answer(error, requestId);
    if (response.headersSent) {
      // A stream broke in the middle: the client must not take it for whole.
      response.destroy();
      return;
    }
    // What is left of a refused upload is not read.
    if (!request.complete) response.setHeader('Connection', 'close');
    response.status(status).json({ ...body, requestId });
  }

  #answer(error: unknown, requestId: string): Answer {
    if (isFarmError(error)) return this.#known(error, requestId);
    const status = statusOf(error);
    if (status !== undefined && status < 500) {
      return { status, code: codeOf(status), message: messageOf(error) };
    }
    this.#logger.error('a request failed in an unknown way', { requestId, error });
    return {
      status: 500,
      code: 'INTERNAL',
      message: `something went wrong here, see the log at ${requestId}`,
    };
  }

  #known(error: FarmError, requestId: string): Answer {
    const { code, message, context } = error;
    const status = error.traits.httpStatus;
    if (status >= 500) this.#logger.error('a request failed', { requestId, code, error });
    const { issues } = context;
    return { status, code, message, ...(issues === undefined ? {} : { issues }) };
  }
}

/** Of Nest's own exceptions, and of those of the body parser and the router. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined;
  return typeof error.status === 'number' ? error.status : undefined;
}

function codeOf(status: number): ErrorCode {
  if (status === 404) return 'NOT_FOUND';
  return status === 413 ? 'UPLOAD_TOO_LARGE' : 'USAGE_INVALID';
}
