import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 30_000,
    allowOnly: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'package',
          include: ['{src,workers,test}/**/*.test.ts'],
          // The suite measures and kills real processes; files that share two cores would disturb each other.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          typecheck: { enabled: true, include: ['{src,test}/**/*.test-d.ts'], tsconfig: './tsconfig.json' },
        },
      },
      {
        extends: true,
        test: {
          name: 'lab',
          include: ['experiments/**/*.test.ts'],
          // What its runs measure here is looked at by nobody: they have to run, and to say so where they can't tell.
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
