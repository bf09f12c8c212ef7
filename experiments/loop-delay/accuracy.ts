import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import {
  ArrivalWeightedDelay,
  type DelayBucket,
  type LongBlock,
  monitorLoopDelay,
  parseLoopDelaySnapshot,
} from 'offloop/loop-delay';
import { readOptions, runProgram } from '../command-line.js';
import { BlockInjector } from './inject-blocks.js';
import { PATTERNS, type Pattern } from './patterns.js';

/** The promise: what was injected comes back within this much. */
const MAX_ERROR = 0.05;
/** Shorter waits than this are no block's, and a twentieth of them is no more than the clock's grain. */
const MIN_FIGURE_MILLIS = 1;
const PERCENTILES = [50, 90, 95, 99, 99.9];
/** A miss of a run whose thread waited for a core longer than this tells about the machine; it is repeated, aloud. */
const MAX_RUNNABLE_FRACTION = 0.005;
const MAX_TRY_COUNT = 3;
const MAX_BLOCK_COUNT = 1_000;
/** The monitor does not know at which end of a sleep a block lies, and `raw` ends a sleep after so long. */
const SLEEP_MILLIS = 52;

type Verdict = 'ok' | 'missed' | 'too noisy' | 'shown';
/** The third is no pass: nothing was shown. */
const EXIT_CODES: Readonly<Record<Verdict, number>> = { ok: 0, shown: 0, missed: 1, 'too noisy': 2 };

interface Run {
  readonly blocks: readonly LongBlock[];
  readonly snapshot: unknown;
}

if (process.send) await inject(process.argv[2] ?? '');
else await runProgram('accuracy', main);

/** With `--nodes`, runs itself under each of these versions of Node; else all patterns under this one. */
async function main(): Promise<void> {
  const { nodes } = readOptions({ nodes: '' });
  if (nodes === '') {
    console.log(
      `Node ${process.version}: percentiles in ms, injected / measured at the injected blocks; the error is the worst of them`,
    );
    for (const [name, pattern] of Object.entries(PATTERNS)) noteExitCode(EXIT_CODES[await check(name, pattern)]);
    return;
  }
  const runner = fileURLToPath(new URL('../../../.ci/with-node.mjs', import.meta.url));
  for (const version of nodes.split(',')) {
    const { status } = spawnSync(process.execPath, [runner, version, '--', fileURLToPath(import.meta.url)], {
      stdio: 'inherit',
    });
    noteExitCode(status ?? 1);
  }
}

/** A miss outdoes a doubt. */
function noteExitCode(exitCode: number): void {
  if (exitCode !== 0 && process.exitCode !== 1) process.exitCode = exitCode;
}

/** Prints a pattern's line; judged by the error that is the largest among the percentiles. */
async function check(name: string, { judgedUpTo }: Pattern): Promise<Verdict> {
  for (let tryCount = 1; ; tryCount += 1) {
    const { blocks, snapshot } = await run(name);
    const {
      arrivalWeighted: all,
      raw,
      runnableMillis,
      durationMillis,
      longestBlocks,
    } = parseLoopDelaySnapshot(snapshot);
    const injected = new ArrivalWeightedDelay(blocks.map(toBucket), all.observedMillis);
    const found = longestBlocks.filter((block) => blocks.some((other) => overlap(block, other)));
    const arrivalWeighted = new ArrivalWeightedDelay(found.map(toBucket), all.observedMillis);
    const shown = PERCENTILES.filter((percentile) => injected.percentileMillis(percentile) >= MIN_FIGURE_MILLIS);
    const judged = shown.filter((percentile) => percentile <= (judgedUpTo ?? 100));
    const errors = (judgedUpTo === 0 ? shown : judged).map((percentile) =>
      Math.abs(arrivalWeighted.percentileMillis(percentile) / injected.percentileMillis(percentile) - 1),
    );
    const error = errors.length > 0 ? Math.max(...errors) : Number.NaN;
    const starved = (runnableMillis ?? 0) / durationMillis;
    const isDisturbed = starved > MAX_RUNNABLE_FRACTION;
    const verdict = judgedUpTo === 0 ? 'shown' : error <= MAX_ERROR ? 'ok' : isDisturbed ? 'too noisy' : 'missed';
    const isRepeated = verdict === 'too noisy' && tryCount < MAX_TRY_COUNT;
    const figures = shown.map(
      (percentile) =>
        `p${percentile} ${injected.percentileMillis(percentile).toFixed(2)} / ${arrivalWeighted.percentileMillis(percentile).toFixed(2)}`,
    );
    console.log(
      `  ${name.padEnd(27)} ${(isRepeated ? 'again' : verdict).padEnd(9)} ${(error * 100).toFixed(1).padStart(4)} %  ${figures.join('  ')}  ` +
        `all blocks' p99 ${all.percentileMillis(99).toFixed(2)}, raw ${raw.percentileMillis(99).toFixed(1)}, without a core ${(starved * 100).toFixed(1)} %`,
    );
    if (!isRepeated) return verdict;
  }
}

function toBucket({ durationMillis }: LongBlock): DelayBucket {
  return [durationMillis, 1];
}

/** What nobody injected is the machine's own: on one that others use too, its delays would hide the small blocks. */
function overlap(left: LongBlock, right: LongBlock): boolean {
  return (
    left.startedAtUnixMillis < right.startedAtUnixMillis + right.durationMillis + SLEEP_MILLIS &&
    right.startedAtUnixMillis < left.startedAtUnixMillis + left.durationMillis + SLEEP_MILLIS
  );
}

async function run(name: string): Promise<Run> {
  const child = fork(fileURLToPath(import.meta.url), [name]);
  const [outcome] = (await once(child, 'message')) as [Run];
  await once(child, 'exit');
  return outcome;
}

async function inject(name: string): Promise<void> {
  const pattern = PATTERNS[name];
  if (!pattern) throw new Error(`expected a pattern, got '${name}'`);
  const injector = await BlockInjector.open();
  const monitor = monitorLoopDelay({ longestBlockCount: MAX_BLOCK_COUNT });
  const blocks = await injector.inject(pattern.plan(), pattern.durationMillis);
  process.send?.({ blocks, snapshot: monitor.stop().toJSON() } satisfies Run, () => process.exit());
}
