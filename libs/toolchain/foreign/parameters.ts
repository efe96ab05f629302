import type { ForeignModel } from './describe-model.ts';

/** foreign_parameters.h, which the C of firmware/foreign includes. `marks`: so many layers are counted one by one. */
export function foreignParameters(name: string, model: ForeignModel, marks?: number): string {
  const outputs = model.outputs.map(({ place, bytes }) => `OUTPUT(${place}, ${bytes})`);
  return [
    `#define FOREIGN_NAME ${JSON.stringify(name.replaceAll(/[^\w.-]/g, '_'))}`,
    `#define FOREIGN_ARENA_BYTES ${model.arenaBytes}`,
    `#define FOREIGN_INPUT_BYTES ${model.inputBytes}`,
    `#define FOREIGN_OUTPUT_BYTES ${model.outputBytes}`,
    `#define FOREIGN_ENTRY ${model.entry}`,
    ...(marks === undefined ? [] : [`#define FOREIGN_MARKS ${marks}`]),
    ...(model.patched ? ['#define FOREIGN_PATCHED'] : []),
    ...(outputs.length > 0 ? [`#define FOREIGN_OUTPUTS ${outputs.join(' ')}`] : []),
    '',
  ].join('\n');
}
