import { defineConfig } from 'vitest/config';

/** Apart from the suite of `npm test`, which needs nothing but Node. */
export default defineConfig({
  test: {
    include: ['collector/**/*.test.ts'],
    // Each file starts Collectors; those of two would share two cores.
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 90_000,
    allowOnly: false,
  },
});
