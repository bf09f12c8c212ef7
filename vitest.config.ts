import { defineConfig } from 'vitest/config';

/** They measure delays, or kill and starve processes by the clock: beside another file they would measure that one. */
const TIMING = [
  'src/loop-delay/**/*.test.ts',
  'src/gate/{load,run}/**/*.test.ts',
  'test/{gate,gate-*,own-gate,vitest-matchers,probe}.test.ts',
  'test/{exit,faults,full-heap,hosted-exit,lifecycle,lifecycle-proofs,many-at-once,memory-bound}.test.ts',
  'test/{hosted-concurrency,register-sdks,sink-faults,worker-death,worker-priority}.test.ts',
  'experiments/{fleet/chain/run-chain,load/generator}.test.ts',
];

/** Not by `exclude`: a project that has its own does not hear the command line's. */
const NOT_TIMING = TIMING.map((files) => `!${files}`);

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 30_000,
    allowOnly: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'timing',
          include: TIMING,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'package',
          include: ['{src,workers,test}/**/*.test.ts', ...NOT_TIMING],
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
          typecheck: { enabled: true, include: ['{src,test}/**/*.test-d.ts'], tsconfig: './tsconfig.json' },
        },
      },
      {
        extends: true,
        test: {
          name: 'lab',
          include: ['experiments/**/*.test.ts', ...NOT_TIMING],
          // What its runs measure here is looked at by nobody: they have to run, and to say so where they can't tell.
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
