import { FarmError, messageOf } from '#core';
import { parseGenotype } from '#network';
import { genotypeKey } from '../space/index.ts';
import { shown } from './check-scores.ts';
import type { AccuracyOracle, OracleKind } from './oracle.ts';

/**
 * Looks scores up in the text of a table: CSV lines `key,score`, JSON `{"key": score}`, or JSON
 * `[{"genotype": {…}, "score": …}]`; keys are `genotypeKey`'s. Error ORACLE_FAILED, with the place.
 */
export function tableOracle(name: string, text: string, kind: OracleKind): AccuracyOracle {
  const scores = /^\s*[[{]/.test(text) ? readJson(name, text) : readCsv(name, text);
  if (scores.size === 0) throw new FarmError('ORACLE_FAILED', `${name} has no scores`);
  return {
    name,
    kind,
    ask: async (questions) =>
      questions.map(({ key }) => {
        const score = scores.get(key);
        if (score !== undefined) return score;
        throw new FarmError('ORACLE_FAILED', `${name}, of ${scores.size} networks, does not have '${key}'`);
      }),
    close: () => Promise.resolve(),
  };
}

function readCsv(name: string, text: string): Map<string, number> {
  const scores = new Map<string, number>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || (index === 0 && /^"?key"?\s*,/.test(line))) continue;
    const [, quoted, bare, value = ''] = /^(?:"([^"]*)"|([^,"]*)),([^,]*)$/.exec(line) ?? [];
    add(scores, `${name}, line ${index + 1}`, quoted ?? bare, value.trim() === '' ? value : Number(value));
  }
  return scores;
}

function readJson(name: string, text: string): Map<string, number> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new FarmError('ORACLE_FAILED', `${name} is no JSON: ${messageOf(error)}`, { cause: error });
  }
  const scores = new Map<string, number>();
  if (Array.isArray(json)) {
    for (const [index, entry] of (json as { genotype?: unknown; score?: unknown }[]).entries()) {
      const where = `${name}, entry ${index + 1}`;
      add(scores, where, keyOf(where, entry?.genotype), entry?.score);
    }
  } else {
    for (const [key, score] of Object.entries(json as object)) add(scores, `${name}, '${key}'`, key, score);
  }
  return scores;
}

function keyOf(where: string, genotype: unknown): string {
  try {
    return genotypeKey(parseGenotype(genotype));
  } catch (error) {
    throw new FarmError('ORACLE_FAILED', `${where}: ${messageOf(error)}`, { cause: error });
  }
}

function add(scores: Map<string, number>, where: string, key: string | undefined, score: unknown): void {
  if (key === undefined || key === '' || typeof score !== 'number' || !Number.isFinite(score)) {
    const found = key === undefined ? 'something else' : shown(score);
    throw new FarmError('ORACLE_FAILED', `${where}: ${found}, expected a key and a finite score`);
  }
  if (scores.has(key)) throw new FarmError('ORACLE_FAILED', `${where}: '${key}' occurs twice`);
  scores.set(key, score);
}
