import { defineConfig } from 'vitest/config';

// The libraries' aliases resolve to TypeScript; other packages keep the conditions that they have under node.
const conditions = ['source'];

/** Beside the source: they start nothing that outlives them and replace nothing that is shared, so a process runs many. */
const units = ['libs/**/*.spec.ts', 'apps/**/*.spec.ts'];

/** Tests that bound how long something takes, or that a board's clock be right: they have the machine to themselves. */
const alone = [
  'test/integration/boards/{clock,four-boards}.spec.ts',
  'test/integration/openocd/{core-faults,silence}.spec.ts',
  'test/integration/{devices/{killed,qemu},foreign/hostile,measurement/measure}.spec.ts',
];

/** Tests that bound by many seconds how long something takes, and wait nearly all of that: two of them have a core each. */
const waiting = [
  'test/integration/boards/faults.spec.ts',
  'test/integration/openocd/{chip,probe}-faults.spec.ts',
  'test/e2e/server/lab*.spec.ts',
];

const shared = {
  resolve: { conditions },
  ssr: { resolve: { conditions } },
};

// A limit is there to end a test that hangs, not to judge how fast the machine is.
const limits = { testTimeout: 240_000, hookTimeout: 240_000, expect: { poll: { timeout: 60_000 } } };

// By default one core is left idle; these wait more than they compute.
const everyCore = { maxWorkers: '100%' };

export default defineConfig({
  test: {
    // Where the order is 0, large files go first and the units last, which leave no core idle at the end.
    projects: [
      {
        ...shared,
        test: {
          ...limits,
          ...everyCore,
          name: 'together',
          include: ['test/**/*.spec.ts'],
          exclude: [...alone, ...waiting],
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...shared,
        test: {
          ...limits,
          ...everyCore,
          name: 'units',
          include: units,
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...shared,
        test: { ...limits, ...everyCore, name: 'waiting', include: waiting, sequence: { groupOrder: 1 } },
      },
      {
        ...shared,
        test: { ...limits, name: 'alone', include: alone, maxWorkers: 1, sequence: { groupOrder: 2 } },
      },
    ],
  },
});
