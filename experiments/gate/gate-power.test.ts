import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { appendLiveRun } from './live-run.js';
import { BLOCKED_ARM, POWER_ARMS } from './power-arms.js';
import type { PowerRecord } from './power-record.js';
import { appendPowerTrial, openPowerRun } from './power-run.js';
import { makeLiveLine } from './test-live-run.js';
import { makePowerRun } from './test-power-run.js';

const DIST = new URL('../../dist/experiments/', import.meta.url);
const FOLDER = join('results', 'gate-power-chat', '2026-01-01');
const BLOCK_COUNT = 50;
const NO_RUNS = ['chat', 'spans'].map(
  (service) =>
    `No reference run of the service \`${service}\` yet: \`npm run experiment -- gate-power --service ${service} ` +
    `--record --results results/gate-power-${service}/DATE\`.`,
);

/** Each starts processes of its own. */
const TIMEOUT_MILLIS = 120_000;

/** What a program of the lab prints, run where `results/` is. */
async function run(checkout: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: checkout });
  return stdout;
}

/** What stands between the marks of docs/gate.md. */
function writeBlock(checkout: string): Promise<string> {
  const { href } = new URL('gate/power-documents.js', DIST);
  const script = `import { writePowerBlock } from '${href}'; process.stdout.write(await writePowerBlock());`;
  return run(checkout, '--input-type=module', '--eval', script);
}

async function openCheckout(): Promise<string> {
  const checkout = await mkdtemp(join(tmpdir(), 'offloop-gate-power-'));
  onTestFinished(() => rm(checkout, { recursive: true }));
  return checkout;
}

it(
  'draws few runs from what was recorded, and the page says the same without drawing again',
  async () => {
    const checkout = await openCheckout();
    expect(await writeBlock(checkout)).toBe(NO_RUNS.join('\n\n'));
    const folder = join(checkout, FOLDER);
    const figuresByLabel = Object.fromEntries(POWER_ARMS.chat.map(({ label }) => [label, {}]));
    const recorded = makePowerRun(BLOCK_COUNT, { ...figuresByLabel, [BLOCKED_ARM.label]: { p99Millis: 30 } });
    await openPowerRun(folder, recorded, false);
    for (const trial of recorded.trials) await appendPowerTrial(folder, trial);
    expect(await writeBlock(checkout)).toBe(
      `Recorded, but nothing drawn from it yet: \`npm run experiment -- gate-power --service chat --results ${FOLDER}\`.\n\n${NO_RUNS[1]}`,
    );

    const main = fileURLToPath(new URL('main.js', DIST));
    const printed = await run(checkout, main, 'gate-power', '--results', FOLDER, '--runs', '2');
    expect(printed).toContain('offloop-blocked, arrival-weighted p99: regressed 100.0 % (at least 95.0 %: met)');
    const { rows, settings } = JSON.parse(await readFile(join(folder, 'gate-power.json'), 'utf8')) as PowerRecord;
    expect(rows).toHaveLength(9);
    expect(settings).toEqual({ runCount: 2, seed: 1 });

    await expect(run(checkout, main, 'gate-power', '--service', 'spans', '--results', FOLDER)).rejects.toThrow(
      /expected trials of spans-offloop, .* name their service with --service/,
    );

    const page = await readFile(join(folder, 'summary.md'), 'utf8');
    const block = await writeBlock(checkout);
    for (const text of [page, block]) {
      expect(text).toMatch(/^2 runs a row, drawn from the recorded blocks/m);
      expect(text).toContain('200 trials, at least 50 of each of 4 arms');
      expect(text).toMatch(/^\| offloop-blocked: 20 ms x 1\/s \| arrival-weighted p99 \| 100\.0 % \|.*\| met \|$/m);
      expect(text).toContain('No live runs yet.');
    }
    expect(block).toContain(`[raw data](../${FOLDER}/raw.jsonl)`);

    await appendLiveRun(folder, makeLiveLine());
    expect(await writeBlock(checkout)).toMatch(/^\| offloop-blocked: .* \| 1 of 1 agree \|$/m);
  },
  TIMEOUT_MILLIS,
);

it(
  'takes a folder that has only live runs for none',
  async () => {
    const checkout = await openCheckout();
    await appendLiveRun(join(checkout, FOLDER), makeLiveLine());
    expect(await writeBlock(checkout)).toBe(NO_RUNS.join('\n\n'));
    const { href } = new URL('results-folders.js', DIST);
    const script = `import { listResults } from '${href}'; process.stdout.write(JSON.stringify(await listResults()));`;
    const list = async () => JSON.parse(await run(checkout, '--input-type=module', '--eval', script));
    expect(await list()).toEqual([]);
    await writeFile(join(checkout, FOLDER, 'raw.jsonl'), '');
    expect(await list()).toEqual(['gate-power-chat/2026-01-01']);
  },
  TIMEOUT_MILLIS,
);
