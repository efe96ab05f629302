import 'reflect-metadata';

import { RequestMethod } from '@nestjs/common';
import { expect, test } from 'vitest';

import { controllers } from '../app.module.ts';
import { routes } from './routes.ts';

test('the document has every route of the server, and no other', () => {
  const served = controllers.flatMap((controller) => {
    const prefix = String(Reflect.getMetadata('path', controller));
    const handlers = Object.getOwnPropertyNames(controller.prototype)
      .map((name) => (controller.prototype as unknown as Record<string, object>)[name]!)
      .filter((handler) => Reflect.hasMetadata('method', handler));
    return handlers.map((handler) => {
      const method = RequestMethod[Reflect.getMetadata('method', handler) as number]!.toLowerCase();
      const path = [prefix, String(Reflect.getMetadata('path', handler))]
        .map((part) => part.replaceAll(/^\/|\/$/g, ''))
        .filter((part) => part !== '')
        .join('/');
      return `${method} /${path.replaceAll(/[:*](\w+)/g, '{$1}')}`;
    });
  });
  expect(served.toSorted()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).toSorted());
});
