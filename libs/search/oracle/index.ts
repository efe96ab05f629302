export * from './macs-oracle.ts';
export * from './oracle.ts';
