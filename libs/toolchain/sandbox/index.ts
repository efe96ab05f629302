export type { SandboxLimits, SandboxView } from './bwrap-arguments.ts';
export * from './create-sandbox.ts';
