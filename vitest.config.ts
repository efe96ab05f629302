import { defineConfig } from 'vitest/config';

// The libraries' aliases resolve to TypeScript; other packages keep the conditions that they have under node.
const conditions = ['source'];

/** Tests that bound how long something takes, or that a board's clock be right: they have the machine to themselves. */
const timed = [
  'test/integration/{bench,boards,openocd,devices,measurement,renode}/**/*.spec.ts',
  'test/integration/foreign/hostile.spec.ts',
  'test/e2e/server/lab*.spec.ts',
];

const resolution = { resolve: { conditions }, ssr: { resolve: { conditions } } };

// A limit is there to end a test that hangs, not to judge how fast the machine is.
const limits = { testTimeout: 240_000, hookTimeout: 240_000, expect: { poll: { timeout: 60_000 } } };

export default defineConfig({
  test: {
    projects: [
      {
        ...resolution,
        test: {
          ...limits,
          name: 'together',
          include: ['libs/**/*.spec.ts', 'apps/**/*.spec.ts', 'test/**/*.spec.ts'],
          exclude: timed,
          // By default one core is left idle; these wait more than they compute.
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...resolution,
        test: { ...limits, name: 'alone', include: timed, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
