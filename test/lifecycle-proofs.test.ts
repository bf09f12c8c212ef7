import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProcessRun } from '../experiments/runner/run-process.js';
import { type SinkProcess, startSinkProcess } from '../experiments/sink/sink-process.js';
import type { Holdings } from './fixtures/create-and-shut-down.js';
import type { IdleReport } from './fixtures/idle-wakeups.js';
import { runBuilt } from './fixtures/run-fixture.js';

/** `OFFLOOP_LIFECYCLE_ROUNDS=1000` for the full count, some minutes. Memory is compared from a fifth of it on. */
const ROUND_COUNT = Number(process.env['OFFLOOP_LIFECYCLE_ROUNDS'] ?? 200);
const MAX_ROUND_MILLIS = 2_000;

const IDLE_MILLIS = 3_000;

let sink: SinkProcess;

beforeAll(async () => {
  sink = await startSinkProcess();
});

afterAll(() => sink.stop());

function read<T>({ exitCode, signal, stderr, stdout }: ProcessRun): T {
  expect({ exitCode, signal, stderr }).toEqual({ exitCode: 0, signal: null, stderr: '' });
  return JSON.parse(stdout) as T;
}

/** Whoever starts a thread opens the process's own stdout and stderr. */
function dropOutput(resources: readonly string[]): string[] {
  return resources.filter((name) => name !== 'PipeWrap');
}

describe('an idle processor', () => {
  it('wakes no thread, and holds nothing that keeps the process alive', async () => {
    const run = async (url: string) =>
      read<IdleReport>(await runBuilt('test/fixtures/idle-wakeups.js', { args: [url, String(IDLE_MILLIS)] }));
    const without = await run('');
    const idle = await run(sink.tracesUrl);
    expect(dropOutput(idle.resources)).toEqual(dropOutput(without.resources));
    // A timer of a second would wake its thread three times; V8's own threads may stir once or twice.
    expect(idle.mainSwitchCount).toBeLessThanOrEqual(without.mainSwitchCount + 2);
    expect(idle.allSwitchCount).toBeLessThanOrEqual(without.allSwitchCount + 4);
  });
});

describe('a processor that was shut down', () => {
  it(`leaves nothing behind, ${ROUND_COUNT} times`, { timeout: ROUND_COUNT * MAX_ROUND_MILLIS }, async () => {
    const roundCounts = [0.2, 0.3, 0.4, 0.8, 0.9, 1].map((share) => Math.round(share * ROUND_COUNT));
    const run = await runBuilt('test/fixtures/create-and-shut-down.js', {
      args: [sink.tracesUrl, roundCounts.join()],
      execArgv: ['--expose-gc'],
      // Else malloc keeps what threads gave back in arenas of theirs, and RSS says nothing.
      env: { MALLOC_ARENA_MAX: '1' },
      timeoutMillis: ROUND_COUNT * MAX_ROUND_MILLIS,
    });
    const holdings = read<Holdings[]>(run);
    const [early, late] = [holdings[0], holdings.at(-1)] as [Holdings, Holdings];
    expect(late.exportedSpanCount).toBe(ROUND_COUNT);
    const { threadCount, fileDescriptorCount, resources, exitListenerCount, signalListenerCount } = early;
    expect(late).toMatchObject({
      threadCount,
      fileDescriptorCount,
      resources,
      exitListenerCount,
      signalListenerCount,
    });
    expect(dropOutput(resources)).toEqual([]);
    expect(signalListenerCount).toBe(0);
    // A processor that stayed would hold 2 MiB of buffers, and its thread several.
    const moreRounds = ROUND_COUNT - ROUND_COUNT / 5;
    expect(late.heapBytes - early.heapBytes).toBeLessThan(512 * 1024 + moreRounds * 1024);
    expect(late.externalBytes - early.externalBytes).toBeLessThan(2 * 1024 * 1024);
    // It goes up and down by 30 MiB, of 500 rounds as of 100: what stays is in the least of several, too.
    const leastRssBytes = (several: readonly Holdings[]) => Math.min(...several.map(({ rssBytes }) => rssBytes));
    const rssGrowthBytes = leastRssBytes(holdings.slice(3)) - leastRssBytes(holdings.slice(0, 3));
    expect(rssGrowthBytes).toBeLessThan(36 * 1024 * 1024);
  });

  it('is collected as garbage', async () => {
    const run = await runBuilt('test/fixtures/collected.js', { args: [sink.tracesUrl], execArgv: ['--expose-gc'] });
    expect(read(run)).toEqual({ collected: ['dropped', 'onDrop of dropped'], keptExportedSpanCount: 1 });
  });
});
