import {
  createParamDecorator,
  Inject,
  Injectable,
  SetMetadata,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

import { FarmError } from '#core';
import { roles, type Role } from '#store';

import { ACCESS, STORE, type Access, type Store } from '../tokens.ts';
import { callerOf, type Caller } from './request-id.ts';

const roleKey = 'role';

/** The least role that may do this; `public` needs no token. */
export const Needs = (role: Role | 'public') => SetMetadata(roleKey, role);

/** Who is asking. */
export const Who = createParamDecorator((_data: unknown, context: ExecutionContext): Caller => {
  return callerOf(context.switchToHttp().getResponse<Response>())!;
});

/** Every route names its role, or is closed to all but administrators. */
@Injectable()
export class AccessGuard implements CanActivate {
  readonly #reflector: Reflector;
  readonly #store: Store;
  readonly #access: Access;
  readonly #limiter: RateLimiterMemory;

  constructor(
    @Inject(Reflector) reflector: Reflector,
    @Inject(STORE) store: Store,
    @Inject(ACCESS) access: Access,
  ) {
    this.#reflector = reflector;
    this.#store = store;
    this.#access = access;
    this.#limiter = new RateLimiterMemory({ points: access.requestsPerMinute, duration: 60 });
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const response = context.switchToHttp().getResponse<Response>();
    const handlers = [context.getHandler(), context.getClass()];
    const needed =
      this.#reflector.getAllAndOverride<Role | 'public' | undefined>(roleKey, handlers) ?? 'admin';
    if (needed === 'public') return true;
    await this.#limit(request, response);
    const caller = await this.#identify(request);
    (response.locals as { caller?: Caller }).caller = caller;
    if (roles.indexOf(caller.role) < roles.indexOf(needed)) {
      throw new FarmError('FORBIDDEN', `${caller.user} is a ${caller.role}, expected a ${needed} for this`);
    }
    return true;
  }

  async #identify(request: Request): Promise<Caller> {
    const [scheme, secret] = (request.headers.authorization ?? '').split(' ');
    if (scheme?.toLowerCase() === 'bearer' && secret !== undefined && secret !== '') {
      const token = await this.#store.tokens.find(secret);
      if (token !== undefined) return { user: token.user, role: token.role };
      throw new FarmError('UNAUTHORIZED', 'the token is unknown, expired or revoked');
    }
    if (this.#access.open && isLocal(request) && !(await this.#store.tokens.anyUsable())) {
      return { user: 'local', role: 'admin' };
    }
    throw new FarmError('UNAUTHORIZED', 'expected a header Authorization: Bearer with a token');
  }

  async #limit(request: Request, response: Response): Promise<void> {
    try {
      await this.#limiter.consume(request.socket.remoteAddress ?? 'unknown');
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      response.setHeader('Retry-After', Math.ceil(refused.msBeforeNext / 1000));
      const allowed = this.#access.requestsPerMinute;
      throw new FarmError('RATE_LIMITED', `too many requests, expected at most ${allowed} a minute`);
    }
  }
}

const localNames = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** A web page elsewhere that makes a browser call here names itself or another host. */
function isLocal(request: Request): boolean {
  const { host, origin } = request.headers;
  if (host === undefined || !localNames.test(host)) return false;
  return origin === undefined || (URL.canParse(origin) && localNames.test(new URL(origin).host));
}
