import { OpenApiGeneratorV31, OpenAPIRegistry, type RouteConfig } from '@asteasolutions/zod-to-openapi';

import { problemSchema, z } from '../schemas/common.ts';
import { routes, type Route, type Schema } from './routes.ts';

export const openApiDocument = build();

function build(): object {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  for (const each of routes) registry.registerPath(config(each));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: { title: 'tinyfarm', version: '1', description: 'Measures neural networks on microcontrollers' },
    security: [{ token: [] }],
  });
}

function config(each: Route): RouteConfig {
  const { method, path, summary, query, body, bodyType, status = 200, answer, answerType } = each;
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
  const content = (type: string, schema: Schema) => ({ [type]: { schema } });
  const bodyContent =
    bodyType === undefined
      ? body && content('application/json', body)
      : content(bodyType, z.string().openapi({ format: 'binary' }));
  return {
    method,
    path,
    summary,
    request: {
      ...(query === undefined ? {} : { query }),
      ...(names.length === 0
        ? {}
        : { params: z.object(Object.fromEntries(names.map((key) => [key, z.string()]))) }),
      ...(bodyContent === undefined ? {} : { body: { content: bodyContent, required: true } }),
    },
    responses: {
      [status]: {
        description: 'Done',
        ...(answer === undefined ? {} : { content: content(answerType ?? 'application/json', answer) }),
      },
      default: { description: 'Refused or failed', content: content('application/json', problemSchema) },
    },
  };
}
