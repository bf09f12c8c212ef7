import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULTS } from '#gate/config/gate-config';
import { type OptionValues, readChoice, readNumber, readOptions, UsageError } from '../command-line.js';
import { GATE_POWER_NAME, namePowerFolder } from './gate-power-name.js';
import { readLiveRuns } from './live-run.js';
import { POWER_ARMS, POWER_SERVICE_NAMES, type PowerServiceName } from './power-arms.js';
import { writePowerRecord } from './power-record.js';
import { describeRow, writePowerReport } from './power-report.js';
import { findPowerRun, type PowerRun } from './power-run.js';
import { studyPower } from './power-study.js';
import { recordPower } from './record-power.js';

const FLAGS = ['--record', '--resume'];

/** Of options: which service, and where its trials are; empty: in the folder of local results. */
const PLACE = { service: 'chat', results: '' };

/** Fewer blocks, and drawn runs would be too much alike. */
const RECORDED_BLOCK_COUNT = 150;

/**
 * `gate-power --record [--service NAME] [--resume] [--blocks N] [--measured-millis N] [--warm-up-millis N]` records the
 * trials of a service; `gate-power [--service NAME] [--runs N]` draws runs of the gate from them and says how often each
 * finds what it should.
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
      ...PLACE,
      blocks: `${RECORDED_BLOCK_COUNT}`,
      'measured-millis': `${DEFAULTS.trial.measuredMillis}`,
      'warm-up-millis': `${DEFAULTS.trial.warmUpMillis}`,
      seed: '1',
    },
    words,
  );
  const trial = {
    measuredMillis: readNumber(options, 'measured-millis', { min: 2_500, max: 600_000 }),
    warmUpMillis: readNumber(options, 'warm-up-millis', { min: 0, max: 600_000 }),
  };
  const blockCount = readNumber(options, 'blocks', { min: 1, max: 10_000 });
  const seed = readNumber(options, 'seed', { min: 0, max: 1_000_000 });
  const { service, folder } = readPlace(options);
  await recordPower({ folder, arms: POWER_ARMS[service], blockCount, trial, seed, resume, command });
}

async function judge(words: readonly string[], command: string): Promise<void> {
  const options = readOptions({ ...PLACE, runs: '500', seed: '1' }, words);
  const { service, folder } = readPlace(options);
  const run = await findPowerRun(folder);
  if (run === undefined) {
    throw new UsageError(`${folder} holds no trials of ${GATE_POWER_NAME}; record them first, with --record`);
  }
  expectService(folder, run, service);
  const settings = {
    runCount: readNumber(options, 'runs', { min: 1, max: 100_000 }),
    seed: readNumber(options, 'seed', { min: 0, max: 1_000_000 }),
  };
  try {
    const rows = await studyPower(run, settings, (row) => process.stdout.write(`${describeRow(row)}\n`));
    const replay = await writePowerRecord(folder, run, { settings, command, rows });
    const file = join(folder, 'summary.md');
    await writeFile(file, writePowerReport(run, replay, await readLiveRuns(folder)));
    process.stderr.write(`\nWritten: ${file}\n`);
  } catch (error) {
    throw error instanceof RangeError
      ? new UsageError(`${error.message}, by the command of its summary with more --blocks and --resume`)
      : error;
  }
}

function readPlace(options: OptionValues<keyof typeof PLACE>): { service: PowerServiceName; folder: string } {
  const service = readChoice(options, 'service', POWER_SERVICE_NAMES);
  return { service, folder: options.results || join('results', 'local', namePowerFolder(service)) };
}

function expectService(folder: string, { gatePower }: PowerRun, service: PowerServiceName): void {
  const [wanted, found] = [POWER_ARMS[service], gatePower.arms].map((arms) =>
    arms.map(({ label }) => label).join(', '),
  );
  if (wanted === found) return;
  throw new UsageError(`${folder}: expected trials of ${wanted}, got ${found}; name their service with --service`);
}
