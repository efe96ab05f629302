export * from './climb-ladder.ts';
export * from './command-action.ts';
export * from './describe-recovery.ts';
export * from './rung.ts';
