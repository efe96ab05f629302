export * from './fake-lease.ts';
export * from './fake-runner.ts';
export * from './memory-repository.ts';
export * from './virtual-clock.ts';
