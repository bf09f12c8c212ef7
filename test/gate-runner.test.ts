import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it("shows what a gate printed that left no result, in this repository's own gate", async () => {
  const file = fileURLToPath(new URL('../gate/run-gate.mjs', import.meta.url));
  const { runGate } = await import(/* @vite-ignore */ file);
  const program = 'console.error("no such module"); process.exitCode = 3;';
  await expect(runGate([process.execPath, '--eval', program, '--'], {}, { cwd: '.' })).rejects.toThrow(
    'the gate gave no result (exit code 3): no such module',
  );
});
