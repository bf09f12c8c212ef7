import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { describeProvenance } from '../runner/provenance.js';
import { writeRun } from '../runner/raw-data.js';
import { makeTrial } from '../runner/test-trial.js';
import { appendLiveRun } from './live-run.js';
import type { PowerRecord } from './power-record.js';
import { BLOCKED_ARM, GATE_TRIAL, gatePower } from './power-scenario.js';
import { makeLiveLine } from './test-live-run.js';

const DIST = new URL('../../dist/experiments/', import.meta.url);
const FOLDER = join('results', 'gate-power', '2026-01-01');
const BLOCK_COUNT = 20;
const NO_RUN = 'No reference run yet: `npm run experiment -- gate-power --record --results results/gate-power/DATE`.';

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
    expect(await writeBlock(checkout)).toBe(NO_RUN);
    const folder = join(checkout, FOLDER);
    await writeRun(folder, {
      scenario: gatePower,
      size: { ...GATE_TRIAL, measuredMillis: 1_000, blockCount: BLOCK_COUNT },
      provenance: describeProvenance('the recording', 1),
      resumptions: [],
      trials: Array.from({ length: BLOCK_COUNT }, (_, block) =>
        gatePower.arms.map(({ label }) =>
          makeTrial({ arm: label, block, blockMillis: (label === BLOCKED_ARM.label ? 40 : 15) + (block % 2) / 10 }),
        ),
      ).flat(),
      failedTrials: [],
    });
    expect(await writeBlock(checkout)).toBe(
      `Recorded, but nothing drawn from it yet: \`npm run experiment -- gate-power --results ${FOLDER}\`.`,
    );

    const main = fileURLToPath(new URL('main.js', DIST));
    const printed = await run(checkout, main, 'gate-power', '--results', FOLDER, '--runs', '2');
    expect(printed).toContain('offloop-blocked, arrival-weighted p99: regressed 100.0 % (at least 95.0 %: met)');
    const { rows, settings } = JSON.parse(await readFile(join(folder, 'gate-power.json'), 'utf8')) as PowerRecord;
    expect(rows).toHaveLength(12);
    // As a run of the default size has, however short the recorded trials are.
    expect(settings).toEqual({ runCount: 2, seed: 1, blockCount: 18 });

    const page = await readFile(join(folder, 'gate-power.md'), 'utf8');
    const block = await writeBlock(checkout);
    for (const text of [page, block]) {
      expect(text).toMatch(/^2 runs of 18 blocks a row, drawn from 20 recorded blocks/m);
      expect(text).toContain('**Not the default size**');
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
    expect(await writeBlock(checkout)).toBe(NO_RUN);
    const { href } = new URL('results-folders.js', DIST);
    const script = `import { listResults } from '${href}'; process.stdout.write(JSON.stringify(await listResults()));`;
    const list = async () => JSON.parse(await run(checkout, '--input-type=module', '--eval', script));
    expect(await list()).toEqual([]);
    await writeFile(join(checkout, FOLDER, 'raw.jsonl'), '');
    expect(await list()).toEqual(['gate-power/2026-01-01']);
  },
  TIMEOUT_MILLIS,
);
