import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULTS } from '#gate/config/gate-config';
import { readNumber, readOptions, UsageError } from '../command-line.js';
import { findRun } from '../runner/raw-data.js';
import { readLiveRuns } from './live-run.js';
import { writePowerRecord } from './power-record.js';
import { describeRow, POWER_REPORT_FILE, writePowerReport } from './power-report.js';
import { GATE_TRIAL, gatePower } from './power-scenario.js';
import { countDefaultBlocks, studyPower } from './power-study.js';
import { recordPower } from './record-power.js';

export const GATE_POWER_NAME = gatePower.name;

const LOCAL_FOLDER = join('results', 'local', GATE_POWER_NAME);
const FLAGS = ['--record', '--resume'];

/**
 * `gate-power --record [--resume] [--blocks N] [--measured-millis N] [--warm-up-millis N]` records the trials;
 * `gate-power [--runs N]` draws runs of the gate from them and says how often each finds what it should.
 */
export async function runGatePower(words: readonly string[]): Promise<void> {
  const flags = new Set(words.filter((word) => FLAGS.includes(word)));
  const rest = words.filter((word) => !FLAGS.includes(word));
  const command = ['npm run experiment --', GATE_POWER_NAME, ...words.filter((word) => word !== '--resume')].join(' ');
  if (flags.has('--record')) return record(rest, flags.has('--resume'), command);
  if (flags.has('--resume')) throw new UsageError(`--resume: expected --record beside it, as in ${command} --record`);
  await judge(rest, command);
}

async function record(words: readonly string[], resume: boolean, command: string): Promise<void> {
  const options = readOptions(
    {
      results: LOCAL_FOLDER,
      blocks: `${GATE_TRIAL.blockCount}`,
      'measured-millis': `${GATE_TRIAL.measuredMillis}`,
      'warm-up-millis': `${GATE_TRIAL.warmUpMillis}`,
      seed: '1',
    },
    words,
  );
  const size = {
    blockCount: readNumber(options, 'blocks', { min: 1, max: 10_000 }),
    measuredMillis: readNumber(options, 'measured-millis', { min: 100, max: 600_000 }),
    warmUpMillis: readNumber(options, 'warm-up-millis', { min: 0, max: 600_000 }),
  };
  const seed = readNumber(options, 'seed', { min: 0, max: 1_000_000 });
  await recordPower({ folder: options.results, size, seed, resume, command });
}

async function judge(words: readonly string[], command: string): Promise<void> {
  const options = readOptions({ results: LOCAL_FOLDER, runs: '500', seed: '1', blocks: 'default' }, words);
  const run = await findRun(options.results);
  if (run?.scenario.name !== GATE_POWER_NAME) {
    throw new UsageError(`${options.results} holds no trials of ${GATE_POWER_NAME}; record them first, with --record`);
  }
  const settings = {
    runCount: readNumber(options, 'runs', { min: 1, max: 100_000 }),
    seed: readNumber(options, 'seed', { min: 0, max: 1_000_000 }),
    blockCount:
      options.blocks === 'default'
        ? countDefaultBlocks()
        : readNumber(options, 'blocks', { min: 1, max: DEFAULTS.maxBlockCount }),
  };
  try {
    const rows = studyPower(run, settings, (row) => process.stdout.write(`${describeRow(row)}\n`));
    const replay = await writePowerRecord(options.results, run, { settings, command, rows });
    const file = join(options.results, POWER_REPORT_FILE);
    await writeFile(file, writePowerReport(run, replay, await readLiveRuns(options.results)));
    process.stderr.write(`\nWritten: ${file}\n`);
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
}
