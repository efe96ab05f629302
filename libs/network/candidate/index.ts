export * from './read-candidate.ts';
