import { expect, test } from 'vitest';

import { refuseLocalOptions } from './local-options.ts';

test.for([
  [{ split: 3 }, '--split is planned here; a server takes --plan and --sram-limit'],
  [{ patches: [2, 2] }, '--patches is planned here'],
  [
    { tinyengine: 'checkout' },
    '--tinyengine is of code that is compiled here; a server takes a packed codegen folder',
  ],
  [{ layers: false }, '--no-layers is of code that is compiled here'],
  [{ classes: true }, '--classes is counted by the QEMU that runs here'],
  [{ refit: false }, '--no-refit is of the model that is kept here'],
] as const)('%j is refused, rather than dropped', ([options, line]) => {
  expect(() => refuseLocalOptions(options)).toThrow(line);
});

test('what a server does, and what is always given, passes', () => {
  expect(() => refuseLocalOptions({ layers: true })).not.toThrow();
});
