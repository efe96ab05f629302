export * from './check-clock.ts';
