export { measureOn, type MeasureOptions, type MeasureOutcome } from './measure-on.ts';
export type { MeasurementInput } from './feed-input.ts';
export { plannedSram } from './sram.ts';
export type { Expectation } from './compare-output.ts';
