export * from './search-threads.ts';
