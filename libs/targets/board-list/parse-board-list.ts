import { parseYaml } from '#core';
import { boardListSchema, type BoardEntry } from './board-entry.ts';

/**
 * Reads a boards.yaml. Error USAGE_INVALID names file, line, place and what was expected there; the first mistake is
 * told, all are in the context.
 */
export function parseBoardList(text: string, file: string): BoardEntry[] {
  const { value, refuse } = parseYaml(text, file, boardListSchema);
  const seen = new Set<string>();
  for (const [i, { name }] of value.boards.entries()) {
    if (seen.has(name)) {
      refuse(['boards', i, 'name'], `board ${name} is listed twice, expected each name once`);
    }
    seen.add(name);
  }
  return value.boards;
}
