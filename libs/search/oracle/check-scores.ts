import { FarmError } from '#core';

/** The scores that an oracle gave, one finite number for each question. Error ORACLE_FAILED, on one line. */
export function checkScores(oracle: string, answer: unknown, asked: number): number[] {
  if (!Array.isArray(answer)) {
    throw new FarmError('ORACLE_FAILED', `${oracle} answered ${shown(answer)}, expected a list of scores`);
  }
  if (answer.length !== asked) {
    throw new FarmError('ORACLE_FAILED', `${oracle} gave ${answer.length} scores for ${asked} networks`);
  }
  const wrong = answer.findIndex((score) => typeof score !== 'number' || !Number.isFinite(score));
  if (wrong !== -1) {
    throw new FarmError(
      'ORACLE_FAILED',
      `${oracle} gave ${shown(answer[wrong])} for network ${wrong + 1} of ${asked}, expected a finite number`,
    );
  }
  return answer as number[];
}

/** A value as it may stand in a message. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
