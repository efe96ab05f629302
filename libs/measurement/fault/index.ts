export * from './fault-bits.ts';
export * from './symbolise.ts';
