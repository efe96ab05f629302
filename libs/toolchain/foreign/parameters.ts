import type { ForeignModel } from './describe-model.ts';

/** foreign_parameters.h, which firmware/foreign/foreign_model.c includes. */
export function foreignParameters(name: string, model: ForeignModel): string {
  const outputs = model.outputs.map(({ place, bytes }) => `OUTPUT(${place}, ${bytes})`);
  return [
    `#define FOREIGN_NAME ${JSON.stringify(name.replaceAll(/[^\w.-]/g, '_'))}`,
    `#define FOREIGN_ARENA_BYTES ${model.arenaBytes}`,
    `#define FOREIGN_INPUT_BYTES ${model.inputBytes}`,
    `#define FOREIGN_OUTPUT_BYTES ${model.outputBytes}`,
    `#define FOREIGN_ENTRY ${model.entry}`,
    ...(model.patched ? ['#define FOREIGN_PATCHED'] : []),
    ...(outputs.length > 0 ? [`#define FOREIGN_OUTPUTS ${outputs.join(' ')}`] : []),
    '',
  ].join('\n');
}
