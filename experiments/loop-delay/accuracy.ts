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
import { readNumber, readOptions, runProgram } from '../command-line.js';
import { BlockInjector, type InjectedBlock } from './inject-blocks.js';
import { PATTERNS, type Pattern } from './patterns.js';

/** The promise: what was injected comes back within this much. */
const MAX_ERROR = 0.05;
/** A loop on a virtual core that slept takes 0.1 to 0.4 ms to wake up and call back, which a request waits for too. */
const WAKE_UP_MILLIS = 0.4;
/** What the injector itself may take past its plan: writing and reading a byte, on a virtual core that has to wake up. */
const MAX_INJECTION_MILLIS = 0.8;
/** Shorter waits than this are no block's, and a twentieth of them is no more than the clock's grain. */
const MIN_FIGURE_MILLIS = 1;
const PERCENTILES = [50, 90, 95, 99, 99.9];
/** A miss of a run whose thread waited for a core longer than this tells about the machine. */
const MAX_RUNNABLE_FRACTION = 0.005;
const MAX_TRY_COUNT = 3;
const MAX_BLOCK_COUNT = 1_000;
/** The monitor does not know at which end of a sleep a block lies, and `raw` ends a sleep after so long. */
const SLEEP_MILLIS = 52;

type Verdict = 'ok' | 'missed' | 'too noisy';
/** The third is no pass: nothing was shown. */
const EXIT_CODES: Readonly<Record<Verdict, number>> = { ok: 0, missed: 1, 'too noisy': 2 };

interface Run {
  readonly blocks: readonly InjectedBlock[];
  /** By the injecting process's clock, not the monitor's. */
  readonly durationMillis: number;
  readonly snapshot: unknown;
}

/** The same percentile of four sets of blocks. */
interface Figure {
  readonly percentile: number;
  readonly plannedMillis: number;
  readonly injectedMillis: number;
  readonly foundMillis: number;
  readonly allMillis: number;
}

if (process.send) await inject(process.argv[2] ?? '', Number(process.argv[3]));
else await runProgram('accuracy', main);

/** With `--nodes`, runs itself under each of these versions of Node; else all patterns under this one. */
async function main(): Promise<void> {
  const values = readOptions({ nodes: '', resolution: '0' });
  const resolutionMillis = readNumber(values, 'resolution', { min: 0, max: 1_000 });
  if (values.nodes === '') {
    console.log(
      `Node ${process.version}: percentiles in ms, planned / injected / found at the injected blocks / all blocks`,
    );
    for (const [name, pattern] of Object.entries(PATTERNS)) {
      noteExitCode(EXIT_CODES[await check(name, pattern, resolutionMillis)]);
    }
    return;
  }
  const runner = fileURLToPath(new URL('../../../.ci/with-node.mjs', import.meta.url));
  const script = [fileURLToPath(import.meta.url), '--resolution', values.resolution];
  for (const version of values.nodes.split(',')) {
    const { status } = spawnSync(process.execPath, [runner, version, '--', ...script], { stdio: 'inherit' });
    noteExitCode(status ?? 1);
  }
}

/** A miss outdoes a doubt. */
function noteExitCode(exitCode: number): void {
  if (exitCode !== 0 && process.exitCode !== 1) process.exitCode = exitCode;
}

/**
 * Prints a line a try. The blocks that were found, and all that a user reads, are judged by what was injected, and that
 * by what was planned. Among all blocks are the machine's own, so that a miss there counts where every try has it.
 */
async function check(name: string, pattern: Pattern, resolutionMillis: number): Promise<Verdict> {
  let wasDisturbed = false;
  for (let tryCount = 1; ; tryCount += 1) {
    const outcome = await run(name, resolutionMillis);
    const { raw, runnableMillis, durationMillis } = parseLoopDelaySnapshot(outcome.snapshot);
    const figures = listFigures(outcome);
    const judged = figures.filter(({ percentile }) => percentile <= (pattern.judgedUpTo ?? 100));
    const error = pattern.isShort ? 0 : worstError(judged);
    const excessMillis = Math.max(...judged.map(findExcess));
    const starved = (runnableMillis ?? 0) / durationMillis;
    const isDisturbed = starved > MAX_RUNNABLE_FRACTION;
    wasDisturbed ||= isDisturbed;
    const grantedMillis = pattern.grantedMillis ?? WAKE_UP_MILLIS;
    const wasInjected = judged.every((figure) => findOverrun(figure) <= MAX_INJECTION_MILLIS);
    const isOk = error <= MAX_ERROR && excessMillis <= grantedMillis && wasInjected;
    const isClearMiss = !(error <= MAX_ERROR) && !isDisturbed;
    const isFinal = isOk || isClearMiss || tryCount === MAX_TRY_COUNT;
    const verdict = isOk ? 'ok' : isClearMiss || !wasDisturbed ? 'missed' : 'too noisy';
    console.log(
      `  ${name.padEnd(27)} ${(isFinal ? verdict : 'again').padEnd(9)} ` +
        `${pattern.isShort ? '     -' : `${(error * 100).toFixed(1).padStart(4)} %`}  ${excessMillis.toFixed(2).padStart(5)} ms  ` +
        `${figures.filter(isShown).map(writeFigure).join('  ')}  ` +
        `raw p99 ${raw.percentileMillis(99).toFixed(1)}, without a core ${(starved * 100).toFixed(1)} %`,
    );
    if (isFinal) return verdict;
  }
}

function listFigures({ blocks, durationMillis, snapshot }: Run): Figure[] {
  const { arrivalWeighted: all, longestBlocks } = parseLoopDelaySnapshot(snapshot);
  const planned = blocks.map(({ plannedMillis }): DelayBucket => [plannedMillis, 1]);
  const found = longestBlocks.filter((block) => blocks.some((other) => overlap(block, other)));
  const plannedDelay = new ArrivalWeightedDelay(planned, durationMillis);
  const injectedDelay = new ArrivalWeightedDelay(blocks.map(toBucket), all.observedMillis);
  const foundDelay = new ArrivalWeightedDelay(found.map(toBucket), all.observedMillis);
  return PERCENTILES.map((percentile) => ({
    percentile,
    plannedMillis: plannedDelay.percentileMillis(percentile),
    injectedMillis: injectedDelay.percentileMillis(percentile),
    foundMillis: foundDelay.percentileMillis(percentile),
    allMillis: all.percentileMillis(percentile),
  }));
}

/** Of what was found at the injected blocks; not a number where no wait is long enough, which is no pass. */
function worstError(figures: readonly Figure[]): number {
  const errors = figures
    .filter(({ injectedMillis }) => injectedMillis >= MIN_FIGURE_MILLIS)
    .map(({ injectedMillis, foundMillis }) => Math.abs(foundMillis / injectedMillis - 1));
  return errors.length > 0 ? Math.max(...errors) : Number.NaN;
}

/** By how much what a user reads is off what was injected, past the promise. */
function findExcess({ injectedMillis, allMillis }: Figure): number {
  return Math.max(0, Math.abs(allMillis - injectedMillis) - MAX_ERROR * injectedMillis);
}

function findOverrun({ plannedMillis, injectedMillis }: Figure): number {
  return Math.max(0, Math.abs(injectedMillis - plannedMillis) - MAX_ERROR * plannedMillis);
}

function isShown({ plannedMillis }: Figure): boolean {
  return plannedMillis >= MIN_FIGURE_MILLIS / 2;
}

function writeFigure({ percentile, ...millis }: Figure): string {
  const figures = [millis.plannedMillis, millis.injectedMillis, millis.foundMillis, millis.allMillis];
  return `p${percentile} ${figures.map((figureMillis) => figureMillis.toFixed(2)).join(' / ')}`;
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

async function run(name: string, resolutionMillis: number): Promise<Run> {
  const child = fork(fileURLToPath(import.meta.url), [name, String(resolutionMillis)]);
  const [outcome] = (await once(child, 'message')) as [Run];
  await once(child, 'exit');
  return outcome;
}

async function inject(name: string, resolutionMillis: number): Promise<void> {
  const pattern = PATTERNS[name];
  if (!pattern) throw new Error(`expected a pattern, got '${name}'`);
  const injector = await BlockInjector.open();
  const monitor = monitorLoopDelay({ longestBlockCount: MAX_BLOCK_COUNT, resolutionMillis });
  const startMillis = performance.now();
  const blocks = await injector.inject(pattern.plan(), pattern.durationMillis);
  const durationMillis = performance.now() - startMillis;
  const outcome: Run = { blocks, durationMillis, snapshot: monitor.stop().toJSON() };
  process.send?.(outcome, () => process.exit());
}
