import { extendZodWithOpenApi } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';

extendZodWithOpenApi(z);

export { z };

/** No control characters: names end up in logs, headers and files of others. */
export const plainText = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u);

export const name = plainText(100);
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const timestamp = z.iso.datetime();
export const limit = z.coerce.number().int().min(1).max(500).default(50);

export const failureSchema = z
  .object({ code: z.string(), blame: z.enum(['candidate', 'board', 'host', 'farm']), message: z.string() })
  .openapi('Failure');

/** The answer to whatever went wrong. */
export const problemSchema = z
  .object({
    code: z.string(),
    message: z.string(),
    /** Also in the header X-Request-Id and in the server's log. */
    requestId: z.string(),
    issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .openapi('Problem');
