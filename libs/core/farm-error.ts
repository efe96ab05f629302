import { errorCodes, type ErrorCode, type ErrorTraits } from './error-codes.ts';

export interface FarmErrorOptions {
  /** Values behind the message, for logs and JSON output; never needed to understand the message. */
  context?: Readonly<Record<string, unknown>>;
  cause?: unknown;
}

/**
 * The one error of the program. The message says what happened, with the values, and what was expected;
 * hints ("what to do") are added by the CLI and the dashboard, by code.
 */
export class FarmError extends Error {
  readonly code: ErrorCode;
  readonly context: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: FarmErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'FarmError';
    this.code = code;
    this.context = options.context ?? {};
  }

  /** Who is to blame, whether it may be retried, and how it ends a command or a request. */
  get traits(): ErrorTraits {
    return errorCodes[this.code];
  }
}

export function isFarmError(error: unknown, code?: ErrorCode): error is FarmError {
  return error instanceof FarmError && (code === undefined || error.code === code);
}

/** The message of anything that was thrown, on one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s*\n\s*/g, ' ').trim();
}
