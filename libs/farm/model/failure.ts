import { errorCodes, isFarmError, messageOf, type Blame, type ErrorCode } from '#core';

/** Why an attempt or a job ended badly, and who is to blame. */
export interface Failure {
  readonly code: ErrorCode;
  readonly blame: Blame;
  readonly message: string;
}

export function failure(code: ErrorCode, message: string): Failure {
  return { code, blame: errorCodes[code].blame, message };
}

/** What was thrown, as a record. Anything but a FarmError is a bug: INTERNAL, never retried. */
export function failureOf(error: unknown): Failure {
  return isFarmError(error) ? failure(error.code, messageOf(error)) : failure('INTERNAL', messageOf(error));
}
