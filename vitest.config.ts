import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{src,workers,experiments,test}/**/*.test.ts'],
    // The suite measures and kills real processes; files that share two cores would disturb each other.
    fileParallelism: false,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    allowOnly: false,
    typecheck: { enabled: true, include: ['{src,test}/**/*.test-d.ts'], tsconfig: './tsconfig.json' },
  },
});
