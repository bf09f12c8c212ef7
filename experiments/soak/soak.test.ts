import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findArm, MIB } from './measures.js';
import { runSoak, type SoakSettings } from './run-soak.js';
import { SOAK_SCENARIOS } from './scenarios.js';
import { judgeSoak } from './verdicts.js';

const MAIN = fileURLToPath(new URL('../../dist/experiments/soak/main.js', import.meta.url));

const TIMEOUT_MILLIS = 90_000;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offloop-soak-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function run(scenarioName: string, settings: Partial<SoakSettings>) {
  const scenario = SOAK_SCENARIOS.find(({ name }) => name === scenarioName);
  if (scenario === undefined) throw new Error(`unknown scenario ${scenarioName}`);
  return runSoak({
    scenario,
    arms: ['control', 'offloop'],
    payload: 'S',
    spansPerSecond: 500,
    durationSeconds: 3,
    maxQueueBytes: 4 * MIB,
    exportTimeoutMillis: 20_000,
    command: 'npm run soak',
    folder,
    ...settings,
  });
}

async function readRaw(): Promise<Record<string, unknown>[]> {
  const text = await readFile(join(folder, 'raw.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('runSoak', () => {
  it('loses nothing to a healthy sink, counts every arm, and writes a line a second', {
    timeout: TIMEOUT_MILLIS,
  }, async () => {
    const soak = await run('steady', { arms: ['control', 'offloop', 'batch'], maxQueueBytes: 16 * MIB });
    const offloop = findArm(soak, 'offloop');
    expect(offloop.finalTally.accepted).toBeGreaterThanOrEqual(1_500);
    const { accepted } = offloop.finalTally;
    expect(offloop.finalTally).toEqual({ accepted, exported: accepted, failed: 0, dropped: 0, pending: 0 });
    for (const { finalTally, receivedSpanCount, samples } of [offloop, findArm(soak, 'batch')]) {
      const { accepted, exported, failed, dropped, pending } = finalTally;
      expect(exported + failed + dropped).toBe(accepted);
      expect(pending).toBe(0);
      expect(receivedSpanCount).toBe(exported);
      expect(samples).toHaveLength(4);
      expect(samples.at(-1)?.memory.rss).toBeGreaterThan(20 * MIB);
    }
    const raw = await readRaw();
    expect(raw[0]).toMatchObject({ scenario: 'steady', provenance: { command: 'npm run soak' } });
    expect(raw.slice(1, 5)).toEqual([0, 1, 2, 3].map((second) => expect.objectContaining({ second })));
    expect(raw.slice(5).map(({ arm }) => arm)).toEqual(['control', 'offloop', 'batch']);
  });

  it('fills the queue and counts every drop once the sink is gone', { timeout: TIMEOUT_MILLIS }, async () => {
    const soak = await run('sink-down', { durationSeconds: 8, payload: 'L', exportTimeoutMillis: 1_000 });
    const { finalTally, samples } = findArm(soak, 'offloop');
    expect(finalTally.dropped).toBeGreaterThan(0);
    expect(samples.at(-1)?.pendingBytes).toBeGreaterThan(0);
    const statuses = Object.fromEntries(judgeSoak(soak).map(({ name, status }) => [name, status]));
    expect(statuses).toMatchObject({
      'every span counted once': 'holds',
      'the queue stays within its bound': 'holds',
      'memory is flat': 'unclear',
    });
  });
});

describe('npm run soak', () => {
  async function runProgram(...words: string[]) {
    const child = spawn(process.execPath, [MAIN, ...words, '--results', folder], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, output };
  }

  it('does not pass a run that is too short to judge', { timeout: TIMEOUT_MILLIS }, async () => {
    const { code, output } = await runProgram('--minutes', '0.1', '--rate', '200');
    expect(code).toBe(2);
    expect(output).toContain('UNCLEAR: memory is flat');
    expect(output).not.toContain('\u001b');
    for (const line of output.split('\n')) expect(line.length).toBeLessThanOrEqual(80 + folder.length);
    expect(await readFile(join(folder, 'summary.md'), 'utf8')).toContain('# soak, steady');
  });

  it('fails a run that lost spans', { timeout: TIMEOUT_MILLIS }, async () => {
    // 4 MiB are 104 spans: the queue overflows before the worker has started.
    const { code, output } = await runProgram('--minutes=0.1', '--rate=3000', '--payload=L', '--queue-mib=4');
    expect(output).toContain('OFF: nothing lost');
    expect(output).toContain('HOLDS: every span counted once');
    expect(code).toBe(1);
  });

  it('says what it expects of an option', { timeout: TIMEOUT_MILLIS }, async () => {
    expect(await runProgram('--scenario', 'rain')).toMatchObject({
      code: 1,
      output: expect.stringContaining("expected one of steady, sink-down, sink-slow, got 'rain'"),
    });
    expect(await runProgram('--minutes', '0')).toMatchObject({ code: 1 });
  });
});
