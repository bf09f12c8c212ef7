import { mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { findFreePort } from '../experiments/service/free-port.js';
import type { GateResult } from '../src/gate/gate-result.js';
import { GateBench } from './fixtures/gate-run.js';

const TIMEOUT_MILLIS = 180_000;

/** Ready by an answer, which the gate itself asks for; loaded over one connection. */
async function run(bench: GateBench, loadedPort: number, changes: Readonly<Record<string, unknown>> = {}) {
  const load = `
    const agent = new (require('node:http').Agent)({ keepAlive: true, maxSockets: 1 });
    const send = () => require('node:http').get({ port: ${loadedPort}, host: '127.0.0.1', agent }, (response) => response.resume())
      .on('error', () => {});
    setInterval(send, 25);
  `;
  await writeFile(join(bench.folder, 'load.cjs'), load);
  await bench.writeConfig({
    service: { command: 'node server.mjs', env: { PORT: String(bench.port) }, ready: { url: bench.url } },
    load: { command: 'node load.cjs' },
    ...changes,
  });
  const { exitCode, stdout, stderr } = await bench.start(['--json', 'gate.json']).end;
  return { exitCode, output: stdout + stderr, result: JSON.parse(await bench.readText('gate.json')) as GateResult };
}

describe.concurrent("a load of the user's own", { timeout: TIMEOUT_MILLIS }, () => {
  it('does not count where it reaches nothing', async (context) => {
    const { expect } = context;
    const bench = await GateBench.open(context);
    const { exitCode, output, result } = await run(bench, await findFreePort());
    expect(exitCode, output).toBe(2);
    expect(result).toMatchObject({ verdict: 'cannot judge', cause: 'fault', pairCount: 0 });
    expect(result.sentence).toMatch(/one trial of the (candidate|reference) after the other can't be counted/);
    const reason = 'load.command reached nothing: the service accepted no connection while it ran';
    expect(result.sentence).toContain(`: ${reason}`);
    expect(result.trials.map(({ faultKinds }) => faultKinds)).toEqual(result.trials.map(() => ['load']));
  });

  it('counts where it reaches the service over a connection that it opened while it warmed up', async (context) => {
    const { expect } = context;
    const bench = await GateBench.open(context);
    const trial = { warmUpMillis: 1_500, measuredMillis: 2_500 };
    const { exitCode, output, result } = await run(bench, bench.port, { trial, timeBudgetMillis: 1_000 });
    expect(exitCode, output).toBe(2);
    expect(result.sentence).toMatch(/^can't judge: 1 block counts, at least 6 are needed; give it more time/);
    // No quieter machine would have had time for more.
    expect(result).toMatchObject({ cause: 'fault', pairCount: 1 });
  });

  it.for([
    ['differs', 'echo of-the-reference >> "$TMPDIR/loads"\nexec sleep 600\n'],
    ['is not there', null],
  ] as const)("is the checkout's for a reference too in whose commit its script %s", async ([, committed], context) => {
    const { expect } = context;
    const bench = await GateBench.open(context);
    const script = join(bench.folder, 'load.sh');
    if (committed !== null) await writeFile(script, committed);
    bench.commit('.');
    await rm(script, { force: true });
    const commands = join(bench.folder, 'node_modules', '.bin');
    await mkdir(commands, { recursive: true });
    await writeFile(join(commands, 'own-load'), '#!/bin/sh\nexec sleep 600\n', { mode: 0o755 });
    // Of two rehearsals it is the load, and ends the first trial.
    const own = `
      echo "$PWD \${GIT_DIR-none} $(command -v own-load)" >> "$TMPDIR/loads"
      test "$(wc -l < "$TMPDIR/loads")" -lt 3 && exec own-load
      exit 3
    `;
    await writeFile(script, own);
    await bench.writeConfig({
      load: { command: 'sh load.sh' },
      reference: { ref: 'main' },
      trial: { warmUpMillis: 1_000, measuredMillis: 2_500 },
    });
    const { exitCode, stdout, stderr } = await bench.start([], { GIT_DIR: join(bench.folder, '.git') }).end;
    expect(exitCode, stdout + stderr).toBe(2);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(/load\.command ended after [\d.]+ s \(exit code 3\)/);
    const folder = await realpath(bench.folder);
    const started = `${folder} none ${join(folder, 'node_modules', '.bin', 'own-load')}`;
    expect((await bench.readText('loads')).trim().split('\n')).toEqual([started, started, started]);
  });
});

it('refuses a rate at which no request is due in a trial', async (context) => {
  const { expect } = context;
  const bench = await GateBench.open(context);
  await bench.writeConfig({ load: { url: bench.url, requestsPerSecond: 0.1 } });
  const { exitCode, stdout } = await bench.start().end;
  expect(exitCode, stdout).toBe(2);
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
    "can't judge: load.requestsPerSecond is 0.1 and trial.measuredMillis 2500: expected at least one request in a trial",
  );
});
