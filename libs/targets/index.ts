export * from './board-list/index.ts';
export * from './catalogue.ts';
export * from './target.ts';
