export * from './generate-code.ts';
