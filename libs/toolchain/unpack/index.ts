export type { UnpackedFile, UnpackLimits } from './entry-rules.ts';
export * from './unpack-archive.ts';
