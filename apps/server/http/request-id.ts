import { randomUUID } from 'node:crypto';

import type { NextFunction, Request, Response } from 'express';

import type { Logger } from '#core';

const header = 'X-Request-Id';

/** Gives every request an id of ours, and logs its end. */
export function requestLog(logger: Logger) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const started = performance.now();
    response.setHeader(header, randomUUID());
    response.on('close', () => {
      logger.info('request', {
        requestId: requestIdOf(response),
        method: request.method,
        path: request.path,
        status: response.statusCode,
        aborted: !response.writableFinished,
        ms: Math.round(performance.now() - started),
        user: callerOf(response)?.user,
      });
    });
    next();
  };
}

export function requestIdOf(response: Response): string {
  return String(response.getHeader(header) ?? '');
}

export interface Caller {
  readonly user: string;
  readonly role: 'viewer' | 'submitter' | 'operator' | 'admin';
}

/** Set by the guard. */
export function callerOf(response: Response): Caller | undefined {
  return (response.locals as { caller?: Caller }).caller;
}
