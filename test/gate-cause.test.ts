import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { GateResult } from '../src/gate/gate-result.js';
import { GateBench, SMALL } from './fixtures/gate-run.js';

const TIMEOUT_MILLIS = 180_000;

it('is a fault where the service crashes, whatever this machine did before', { timeout: TIMEOUT_MILLIS }, async () => {
  const bench = await GateBench.open({ onTestFinished });
  // Two rehearsals and one trial; then it ends.
  const service = `
    import { appendFileSync, readFileSync } from 'node:fs';
    appendFileSync('starts', '.');
    if (readFileSync('starts', 'utf8').length > 3) setTimeout(() => process.exit(7), 1_500);
    await import('./server.mjs');
  `;
  await writeFile(join(bench.folder, 'main.mjs'), service);
  await bench.writeConfig({
    service: { command: 'node main.mjs', env: { PORT: String(bench.port) }, ready: { line: 'listening' } },
    reference: { variant: { env: { VARIED: '1' } } },
    // No load generator is as punctual as that: each trial is left out for what this machine does.
    validity: { ...SMALL.validity, maxLatenessP99Millis: 0 },
  });
  const { exitCode, stdout, stderr } = await bench.start(['--json', 'gate.json']).end;
  expect(exitCode, stdout + stderr).toBe(2);
  const result = JSON.parse(await bench.readText('gate.json')) as GateResult;
  expect(result.sentence).toMatch(/ ended while it was measured \(exit code 7\)/);
  expect(result.trials.map(({ faultKinds }) => faultKinds)).toEqual([expect.arrayContaining(['lateness'])]);
  expect(result).toMatchObject({ verdict: 'cannot judge', cause: 'fault' });
});
