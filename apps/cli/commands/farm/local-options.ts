import { FarmError } from '#core';

import type { MeasureOptions } from '../measure.command.ts';

type LocalOptions = Partial<
  Pick<MeasureOptions, 'engine' | 'tinyengine' | 'cmsis' | 'layers'> &
    Pick<MeasureOptions, 'patches' | 'split' | 'profile' | 'classes' | 'refit'>
>;

const compiledHere =
  'is of code that is compiled here; a server takes a packed codegen folder: tar -czf code.tar.gz codegen, and measure that';
const plannedHere = 'is planned here; a server takes --plan and --sram-limit';

const why: Readonly<Record<keyof LocalOptions, string>> = {
  engine: compiledHere,
  tinyengine: compiledHere,
  cmsis: compiledHere,
  layers: compiledHere,
  patches: plannedHere,
  split: plannedHere,
  profile: 'is of the Renode that runs here',
  classes: 'is counted by the QEMU that runs here',
  refit: 'is of the model that is kept here; a server fits its own by itself',
};

/** Refuses what a server would not do: nothing that was asked for is dropped without a word. Error USAGE_INVALID. */
export function refuseLocalOptions(options: LocalOptions): void {
  for (const [name, reason] of Object.entries(why)) {
    const value = options[name as keyof LocalOptions];
    if (value === undefined || (name === 'layers' && value === true)) continue;
    const flag = value === false ? `--no-${name}` : `--${name}`;
    throw new FarmError('USAGE_INVALID', `${flag} ${reason}; or --local measures here`);
  }
}
