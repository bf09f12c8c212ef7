import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const GATE_FILE = fileURLToPath(new URL('../gate/run-gate.mjs', import.meta.url));

it("shows what a gate printed that left no result, in this repository's own gate", async () => {
  const { runGate } = await import(/* @vite-ignore */ GATE_FILE);
  const program = 'console.error("no such module"); process.exitCode = 3;';
  await expect(runGate([process.execPath, '--eval', program, '--'], {}, { cwd: '.' })).rejects.toThrow(
    'the gate gave no result (exit code 3): no such module',
  );
});

it("keeps a preload of who starts this repository's own gate out of it", async () => {
  const { runGate } = await import(/* @vite-ignore */ GATE_FILE);
  const env = { ...process.env, NODE_OPTIONS: '--require=./no-such-preload.cjs' };
  const program = "console.error('preloads:', process.env.NODE_OPTIONS);";
  await expect(runGate([process.execPath, '--eval', program, '--'], {}, { cwd: '.', env })).rejects.toThrow(
    'the gate gave no result (exit code 0): preloads: undefined',
  );
});
