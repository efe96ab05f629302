import { errorCodes, FarmError, messageOf, type ErrorCode } from '#core';

import { readEvents, type ServerEvent } from './event-stream.ts';

export interface FarmClientOptions {
  readonly url: string;
  readonly token: string | undefined;
  readonly signal: AbortSignal;
}

type Query = Readonly<Record<string, string | number | undefined>>;

/** The server's API. Errors: the server's own by code; SERVER_UNREACHABLE where nothing of it answers. */
export class FarmClient {
  readonly url: string;
  readonly #token: string | undefined;
  readonly #signal: AbortSignal;

  constructor({ url, token, signal }: FarmClientOptions) {
    this.url = url.replace(/\/+$/, '');
    this.#token = token;
    this.#signal = signal;
  }

  async get<T>(path: string, query: Query = {}): Promise<T> {
    return (await (await this.request('GET', path, { query })).json()) as T;
  }

  async post<T>(path: string, body: object = {}): Promise<T> {
    const response = await this.request('POST', path, { json: body });
    return (await response.json()) as T;
  }

  async put<T>(path: string, body: object): Promise<T> {
    return (await (await this.request('PUT', path, { json: body })).json()) as T;
  }

  /** Sends a file as it is. */
  async send<T>(path: string, query: Query, bytes: Uint8Array): Promise<T> {
    return (await (await this.request('POST', path, { query, bytes })).json()) as T;
  }

  async delete(path: string): Promise<void> {
    const response = await this.request('DELETE', path);
    await response.body?.cancel();
  }

  async download(path: string): Promise<Uint8Array> {
    return new Uint8Array(await (await this.request('GET', path)).arrayBuffer());
  }

  /** The events of a path until the server ends them; after a lost connection it goes on where it was. */
  events(path: string, query: Query = {}, afterId?: string): AsyncGenerator<ServerEvent> {
    const connect = async (lastId: string | undefined): Promise<Response> =>
      this.request('GET', path, {
        query,
        headers: {
          accept: 'text/event-stream',
          ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
        },
      });
    return readEvents(connect, this.#signal, afterId);
  }

  async request(
    method: string,
    path: string,
    {
      query = {},
      json,
      bytes,
      headers = {},
      signal = this.#signal,
    }: {
      query?: Query;
      json?: object;
      bytes?: Uint8Array;
      headers?: Record<string, string>;
      signal?: AbortSignal;
    } = {},
  ): Promise<Response> {
    const search = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) if (value !== undefined) search.set(key, String(value));
    const type =
      json !== undefined ? 'application/json' : bytes === undefined ? undefined : 'application/octet-stream';
    const body = json === undefined ? bytes && new Uint8Array(bytes) : JSON.stringify(json);
    let response: Response;
    try {
      response = await fetch(
        `${this.url}/api/v1/${path}${search.size === 0 ? '' : `?${search.toString()}`}`,
        {
          method,
          headers: {
            ...headers,
            ...(type === undefined ? {} : { 'content-type': type }),
            ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
          },
          ...(body === undefined ? {} : { body }),
          redirect: 'error',
          signal,
        },
      );
    } catch (error) {
      throw unreachable(this.url, error);
    }
    if (response.ok) return response;
    throw await refusal(this.url, response);
  }
}

function unreachable(url: string, error: unknown): FarmError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  const why = code === 'ECONNREFUSED' ? 'nothing listens there' : messageOf(cause);
  return new FarmError('SERVER_UNREACHABLE', `no server answers at ${url}: ${why}`, { cause: error });
}

/** The server's own words; anything else is not from a server of ours. */
async function refusal(url: string, response: Response): Promise<FarmError> {
  const text = await response.text();
  const problem = parse(text);
  if (problem === undefined) {
    const type = response.headers.get('content-type') ?? 'nothing';
    return new FarmError(
      'SERVER_UNREACHABLE',
      `${url} answered ${response.status} with ${type}, expected a tinyfarm server`,
    );
  }
  const context = { requestId: problem.requestId, status: response.status };
  return new FarmError(problem.code, problem.message, { context });
}

function parse(text: string): { code: ErrorCode; message: string; requestId: unknown } | undefined {
  try {
    const { code, message, requestId } = JSON.parse(text) as Record<string, unknown>;
    if (typeof code !== 'string' || typeof message !== 'string') return undefined;
    return { code: Object.hasOwn(errorCodes, code) ? (code as ErrorCode) : 'INTERNAL', message, requestId };
  } catch {
    return undefined;
  }
}
