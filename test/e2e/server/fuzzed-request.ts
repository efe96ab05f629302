import fc from 'fast-check';

import { nearlyOf, type JsonSchema, type SchemaContext } from '../../support/schema-arbitrary.ts';

/** What is used here of an operation, as OpenAPI 3.1 writes it. */
export interface Operation {
  readonly parameters?: readonly { in: string; name: string; schema: JsonSchema }[];
  readonly requestBody?: { readonly content: Record<string, { schema: JsonSchema }> };
  readonly responses: Record<string, { content?: Record<string, { schema: object }> }>;
}

interface Tried extends Operation {
  readonly path: string;
  readonly method: string;
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly url: string;
  readonly body: string;
  readonly headers: Record<string, string>;
}

/** A request that an operation of the document nearly allows. */
export function requestFor(
  { path, method, parameters = [], requestBody }: Tried,
  context: SchemaContext,
): fc.Arbitrary<Request> {
  const of = (place: string) =>
    Object.fromEntries(
      parameters
        .filter((parameter) => parameter.in === place)
        .map(({ name, schema }) => [name, nearlyOf(schema, context).map(String)]),
    );
  const id = fc.oneof(
    fc.constantFrom('j1', 'b1', 'r1', 'a1', 'simulated-1', 'simulated', 'earlier', 'kitchen'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).filter((text) => !/\p{Cs}/u.test(text)),
  );
  const json = requestBody?.content['application/json'];
  const body = json === undefined ? fc.constant({}) : nearlyOf(json.schema, context);
  const sendable = fc
    .string({ unit: 'binary-ascii', maxLength: 30 })
    .map((text) => text.replaceAll(/[^\x20-\x7e]/g, ''));
  const names = fc.constantFrom(
    'authorization',
    'last-event-id',
    'content-type',
    'origin',
    'range',
    'if-none-match',
  );
  return fc
    .record({
      id,
      query: fc.record(of('query'), { requiredKeys: [] }),
      stray: fc.dictionary(fc.constantFrom('limit', 'x'), fc.string(), { maxKeys: 1 }),
      body: fc.oneof(
        { weight: 8, arbitrary: body.map((value) => JSON.stringify(value)) },
        fc.json(),
        fc.string(),
      ),
      headers: fc.oneof(
        { weight: 3, arbitrary: fc.constant({}) },
        fc.dictionary(names, sendable, { maxKeys: 2 }),
      ),
    })
    .map(({ id: filling, query, stray, body: sent, headers }) => {
      const filled = path.replaceAll(/\{\w+\}/g, encodeURIComponent(filling));
      const search = new URLSearchParams(
        Object.entries({ ...query, ...stray }) as [string, string][],
      ).toString();
      return { method, path, url: `${filled}?${search}`, body: sent, headers };
    });
}
