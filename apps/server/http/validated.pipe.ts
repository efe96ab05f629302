import type { PipeTransform } from '@nestjs/common';
import type { ZodType } from 'zod';

import { FarmError } from '#core';

/** Checks what came from outside; says all that is wrong with it, by path. */
export class Validated<T> implements PipeTransform<unknown, T> {
  readonly #schema: ZodType<T>;
  readonly #what: string;

  constructor(schema: ZodType<T>, what = 'body') {
    this.#schema = schema;
    this.#what = what;
  }

  transform(value: unknown): T {
    const parsed = this.#schema.safeParse(value ?? {});
    if (parsed.success) return parsed.data;
    const issues = parsed.error.issues.map(({ path, message }) => ({
      path: path.map(String).join('.'),
      message,
    }));
    const [first] = issues;
    const where = first === undefined || first.path === '' ? '' : ` at ${first.path}`;
    throw new FarmError('USAGE_INVALID', `the ${this.#what} is wrong${where}: ${first?.message}`, {
      context: { issues },
    });
  }
}
