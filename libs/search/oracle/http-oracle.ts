import { FarmError, messageOf } from '#core';
import { checkScores, shown } from './check-scores.ts';
import type { AccuracyOracle, OracleKind, OracleQuestion } from './oracle.ts';
import { inBatches, requestOf } from './request.ts';

export interface HttpOracleOptions {
  readonly url: string;
  readonly kind: OracleKind;
  /** For one batch. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/**
 * A server that takes POST `{"id", "candidates": [{"key", "macs", "genotype"}, …]}` and answers `{"scores": [0.71, …]}`.
 * Errors: ORACLE_FAILED, INTERRUPTED.
 */
export function httpOracle({ url, kind, timeoutMs, signal }: HttpOracleOptions): AccuracyOracle {
  const name = `server ${url}`;
  let id = 0;
  const askBatch = async (questions: readonly OracleQuestion[]): Promise<number[]> => {
    const deadline = AbortSignal.timeout(timeoutMs);
    let text: string;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(requestOf(++id, questions)),
        signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
      });
      text = await response.text();
      if (!response.ok) {
        throw new FarmError('ORACLE_FAILED', `${name} answered ${response.status}: ${shown(text)}`);
      }
    } catch (error) {
      throw failure(error, name, timeoutMs, deadline.aborted, signal?.aborted === true);
    }
    return checkScores(name, scoresIn(name, text), questions.length);
  };
  return { name, kind, ask: (questions) => inBatches(questions, askBatch), close: () => Promise.resolve() };
}

function scoresIn(name: string, text: string): unknown {
  try {
    return (JSON.parse(text) as { scores?: unknown } | null)?.scores;
  } catch (error) {
    throw new FarmError('ORACLE_FAILED', `${name} answered ${shown(text)}, expected JSON`, { cause: error });
  }
}

function failure(
  error: unknown,
  name: string,
  timeoutMs: number,
  isLate: boolean,
  isInterrupted: boolean,
): FarmError {
  if (error instanceof FarmError) return error;
  if (isInterrupted) return new FarmError('INTERRUPTED', 'the search was interrupted', { cause: error });
  if (isLate) return new FarmError('ORACLE_FAILED', `${name} did not answer within ${timeoutMs / 1000} s`);
  const { cause } = error as { cause?: unknown };
  const why = messageOf(cause instanceof Error && cause.message !== '' ? cause : error);
  return new FarmError('ORACLE_FAILED', `${name} cannot be reached: ${why}`, { cause: error });
}
