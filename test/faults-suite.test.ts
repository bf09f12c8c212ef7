// What docs/guarantees.md says and no scenario of `npm run test:faults` shows.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ProcessorStats } from 'offloop';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Sink } from '../experiments/sink/sink.js';
import { runBuilt } from './fixtures/run-fixture.js';

let sink: Sink;

beforeEach(async () => {
  sink = await Sink.listen({ port: 0 });
});

afterEach(() => sink.close());

it('spans that end in exit handlers older than the processor are delivered, those of younger ones stay pending', async () => {
  const run = await runBuilt('test/fixtures/exit-handlers.js', { args: [sink.tracesUrl] });
  expect(run.exitCode).toBe(0);
  expect(JSON.parse(run.stdout) as ProcessorStats).toMatchObject({ exportedSpanCount: 1, pendingSpanCount: 1 });
  expect((await sink.report()).spans.countByName).toEqual({ older: 1 });
});

it.runIf(process.platform === 'linux')('what was flushed has been delivered when the process is frozen', async () => {
  const spanCount = 3_000;
  const file = fileURLToPath(new URL('../dist/test/fixtures/frozen.js', import.meta.url));
  const child = spawn(process.execPath, [file, sink.tracesUrl, String(spanCount)], {
    env: { PATH: process.env['PATH'] },
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  try {
    await expect.poll(() => readProcessState(child.pid), { timeout: 20_000 }).toBe('T');
    expect((await sink.report()).spans).toMatchObject({ receivedCount: spanCount, duplicateCount: 0 });
  } finally {
    child.kill('SIGKILL');
    await exited;
  }
});

/** `T` is stopped. */
function readProcessState(pid: number | undefined): string | undefined {
  return /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
}
