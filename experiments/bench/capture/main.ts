// What it costs the main thread to capture what a function was given, by the shape of it:
//   npm run build && node dist/experiments/bench/capture/main.js [--rounds N] [--millis N] [--arms LIST]
// One process an arm and shape, arms in random order within each shape; figures are medians of the rounds, in
// microseconds of the process's CPU a capture, and the ratio is that of the same round.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median } from '#gate/statistics/sample-statistics';
import { readNumber, readOptions, runProgram, UsageError } from '../../command-line.js';
import { writeMarkdownTable } from '../../report/markdown-table.js';
import { ARM_NAMES, type ArmName } from './arms.js';
import { SHAPE_NAMES, type ShapeName } from './shapes.js';
import type { CaptureFigures } from './trial-process.js';

const TRIAL_PROCESS = fileURLToPath(new URL('./trial-process.js', import.meta.url));
/** What every arm is compared with. */
const BASELINE: ArmName = 'stringify';

type Rounds = Map<ArmName, number[]>;

await runProgram('capture', async () => {
  const options = readOptions({ rounds: '5', millis: '400', arms: ARM_NAMES.join(',') });
  const roundCount = readNumber(options, 'rounds', { min: 1, max: 100 });
  const measureMillis = readNumber(options, 'millis', { min: 50, max: 60_000 });
  const arms = [...new Set([BASELINE, ...readArms(options.arms)])];
  const rows: string[][] = [];
  for (const shape of SHAPE_NAMES) {
    const rounds: Rounds = new Map(arms.map((arm) => [arm, []]));
    for (let round = 0; round < roundCount; round++) {
      for (const arm of [...arms].sort(() => Math.random() - 0.5)) {
        rounds.get(arm)?.push(await measure(arm, shape, measureMillis));
      }
    }
    rows.push([shape, ...arms.flatMap((arm) => describe(arm, rounds))]);
    process.stderr.write(`${rows.at(-1)?.join('  ')}\n`);
  }
  const head = ['value', ...arms.flatMap((arm) => (arm === BASELINE ? [arm] : [arm, 'ratio']))];
  const title = `Microseconds a capture, Node ${process.versions.node}`;
  process.stdout.write(`${writeMarkdownTable({ title, head, rows })}\n`);
});

async function measure(arm: ArmName, shape: ShapeName, measureMillis: number): Promise<number> {
  const words = [TRIAL_PROCESS, arm, shape, String(measureMillis)];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  return (JSON.parse(stdout) as CaptureFigures).processMicros;
}

/** The median, and how many times as much the baseline took, with the least and the most of a round. */
function describe(arm: ArmName, rounds: Rounds): string[] {
  const micros = rounds.get(arm) ?? [];
  const middle = median(micros).toPrecision(3);
  if (arm === BASELINE) return [middle];
  const ratios = micros.map((own, round) => (rounds.get(BASELINE)?.[round] ?? Number.NaN) / own);
  const [ratio, least, most] = [median(ratios), Math.min(...ratios), Math.max(...ratios)] as const;
  return [middle, `${ratio.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`];
}

function readArms(text: string): ArmName[] {
  return text.split(',').map((word) => {
    const arm = ARM_NAMES.find((name) => name === word.trim());
    if (arm !== undefined) return arm;
    throw new UsageError(`--arms: expected a list of ${ARM_NAMES.join(', ')}, got '${word}'`);
  });
}
