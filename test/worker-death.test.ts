import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runBuilt } from './fixtures/run-fixture.js';
import type { WorkerDeathReport } from './fixtures/worker-death.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offloop-worker-death-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function play(scene: string) {
  const countFile = join(folder, 'count');
  const run = await runBuilt('test/fixtures/worker-death.js', { args: [scene, countFile] });
  const lines = readFileSync(countFile, 'utf8').trim().split('\n');
  return { ...run, report: JSON.parse(run.stdout) as WorkerDeathReport, lines };
}

describe('a worker that dies', () => {
  it('before the service has read a word from it is one that ran: innocent spans are delivered, and counted as that', async () => {
    const { report, lines } = await play('during-boot');
    expect(report.stats).toMatchObject({ exportedSpanCount: 2, droppedSpanCountByReason: { worker_crashed: 1 } });
    expect(lines.filter((line) => line === 'good').length).toBeGreaterThanOrEqual(2);
  });

  it('while the process exits is noticed and replaced: innocent spans are delivered well within the time', async () => {
    const { report, lines } = await play('during-the-exit-drain');
    expect(report.stats).toMatchObject({ exportedSpanCount: 4, droppedSpanCountByReason: { worker_crashed: 1 } });
    expect(report.exitHandlersMillis).toBeLessThan(4_000);
    expect(lines.filter((line) => line === 'good')).toHaveLength(4);
  });

  it('leaves nothing unsaid when onDrop ends the process in the middle of it', async () => {
    const { report } = await play('exit-from-on-drop');
    expect(report.stats).toMatchObject({ exportedSpanCount: 10, pendingSpanCount: 0 });
    expect(report.exitHandlersMillis).toBeLessThan(4_000);
  });

  it('leaves no thread behind, neither its own nor one that nobody asked for', async () => {
    const { report } = await play('repeated-deaths');
    expect(report.stats).toMatchObject({ exportedSpanCount: 7, droppedSpanCountByReason: { worker_crashed: 7 } });
    const [afterFirst = 0, afterMany, afterShutdown] = report.threadCounts ?? [];
    expect(afterMany).toBe(afterFirst);
    expect(afterShutdown).toBeLessThan(afterFirst);
  });
});

it('an exporter that holds spans back is flushed at exit', async () => {
  const { lines } = await play('holding-exporter');
  expect(lines).toContain('held');
});

it('a chunk that waits for its resource leaves at exit with what is known', async () => {
  const { report, lines } = await play('pending-resource');
  expect(lines).toContain('good');
  expect(report.stats).toMatchObject({ exportedSpanCount: 1, pendingSpanCount: 0 });
});
