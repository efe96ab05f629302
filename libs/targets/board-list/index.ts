export type { BoardEntry } from './board-entry.ts';
export * from './parse-board-list.ts';
