export * from './catalogue.ts';
export * from './target.ts';
