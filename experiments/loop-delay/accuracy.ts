import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  ArrivalWeightedDelay,
  type DelayBucket,
  type LongBlock,
  monitorLoopDelay,
  parseLoopDelaySnapshot,
} from 'offloop/loop-delay';
import { readNumber, readOptions, runProgram } from '../command-line.js';
import { describeProvenance } from '../runner/provenance.js';
import { watchStolenTime } from '../runner/stolen-time.js';
import {
  type AccuracyHeader,
  describeColumns,
  describeTry,
  type Figure,
  MIN_FIGURE_MILLIS,
  parseAccuracyRun,
  type Try,
  writeAccuracySummary,
} from './accuracy-record.js';
import { type Assessment, judge, type Verdict } from './accuracy-verdict.js';
import { BlockInjector, type InjectedBlock } from './inject-blocks.js';
import { PATTERNS, type Pattern } from './patterns.js';

/** The promise: what was injected comes back within this much. */
const MAX_ERROR = 0.05;
/** A loop on a virtual core that slept takes 0.1 to 0.4 ms to wake up and call back, which a request waits for too. */
const WAKE_UP_MILLIS = 0.4;
/** What the injector itself may take past its plan: writing and reading a byte, on a virtual core that has to wake up. */
const MAX_INJECTION_MILLIS = 0.8;
const PERCENTILES = [50, 90, 95, 99, 99.9];
/** A miss of a run whose thread waited for a core longer than this tells about the machine. */
const MAX_RUNNABLE_FRACTION = 0.005;
const MAX_BLOCK_COUNT = 1_000;
/** The monitor does not know at which end of a sleep a block lies, and `raw` ends a sleep after so long. */
const SLEEP_MILLIS = 52;

/** The third is no pass: nothing was shown. */
const EXIT_CODES: Readonly<Record<Verdict, number>> = { ok: 0, missed: 1, 'too noisy': 2 };

const RAW_FILE = 'raw.jsonl';

interface CheckOrder {
  readonly resolutionMillis: number;
  /** Where each try is written to; null for nowhere. */
  readonly rawFile: string | null;
}

interface Injection {
  readonly blocks: readonly InjectedBlock[];
  /** By the injecting process's clock, not the monitor's. */
  readonly durationMillis: number;
}

interface Run extends Injection {
  /** Unset where no monitor ran. */
  readonly snapshot?: unknown;
}

type InjectionFigure = Pick<Figure, 'percentile' | 'plannedMillis' | 'injectedMillis'>;

if (process.send) await inject(process.argv[2] ?? '', JSON.parse(process.argv[3] ?? 'null') as number | null);
else await runProgram('accuracy', main);

/** With `--nodes`, runs itself under each of these versions of Node; else all patterns under this one. */
async function main(): Promise<void> {
  const values = readOptions({ nodes: '', resolution: '0', results: '' });
  const resolutionMillis = readNumber(values, 'resolution', { min: 0, max: 1_000 });
  const rawFile = values.results === '' ? null : join(values.results, RAW_FILE);
  if (values.nodes === '') {
    console.log(describeColumns(process.version));
    for (const [name, pattern] of Object.entries(PATTERNS)) {
      noteExitCode(EXIT_CODES[await check(name, pattern, { resolutionMillis, rawFile })]);
    }
    return;
  }
  if (rawFile !== null) await startRecording(values.results, rawFile);
  const runner = fileURLToPath(new URL('../../../.ci/with-node.mjs', import.meta.url));
  const script = [fileURLToPath(import.meta.url), '--resolution', values.resolution];
  if (rawFile !== null) script.push('--results', values.results);
  for (const version of values.nodes.split(',')) {
    const { status } = spawnSync(process.execPath, [runner, version, '--', ...script], { stdio: 'inherit' });
    noteExitCode(status ?? 1);
  }
  if (rawFile === null) return;
  const run = parseAccuracyRun(await readFile(rawFile, 'utf8'));
  if (run !== undefined) await writeFile(join(values.results, 'summary.md'), writeAccuracySummary(run));
}

async function startRecording(folder: string, rawFile: string): Promise<void> {
  const command = ['node dist/experiments/loop-delay/accuracy.js', ...process.argv.slice(2)].join(' ');
  const header: AccuracyHeader = { experiment: 'loop-delay-accuracy', provenance: describeProvenance(command, 0) };
  await mkdir(folder, { recursive: true });
  await writeFile(rawFile, `${JSON.stringify(header)}\n`);
}

/** A miss outdoes a doubt. */
function noteExitCode(exitCode: number): void {
  if (exitCode !== 0 && process.exitCode !== 1) process.exitCode = exitCode;
}

/**
 * Prints a line a try. The blocks that were found, and all that a user reads, are judged by what was injected, and that
 * by what was planned. Among all blocks are the machine's own, so that a miss there takes three tries that count.
 */
async function check(name: string, pattern: Pattern, { resolutionMillis, rawFile }: CheckOrder): Promise<Verdict> {
  const tries: Assessment[] = [];
  for (;;) {
    const readStolenMillis = watchStolenTime();
    const outcome = await run(name, resolutionMillis);
    const stolenMillis = readStolenMillis();
    const { raw, runnableMillis, durationMillis } = parseLoopDelaySnapshot(outcome.snapshot);
    const figures = listFigures(outcome);
    const judged = figures.filter(({ percentile }) => percentile <= (pattern.judgedUpTo ?? 100));
    const telling = judged.filter(({ injectedMillis }) => injectedMillis >= MIN_FIGURE_MILLIS);
    const error = pattern.isShort ? 0 : worstError(telling);
    const excessMillis = Math.max(...judged.map(findExcess));
    const starved = (runnableMillis ?? 0) / durationMillis;
    const isStarved = starved > MAX_RUNNABLE_FRACTION;
    const overrunMillis = Math.max(...judged.map(findOverrun));
    const isOnPlan = overrunMillis <= MAX_INJECTION_MILLIS;
    const controlOverrunMillis = isOnPlan ? null : await findOverrunWithoutMonitor(name, pattern);
    const wasOffWithoutMonitor = (controlOverrunMillis ?? 0) > Math.max(MAX_INJECTION_MILLIS, overrunMillis / 2);
    tries.push({
      isOk: error <= MAX_ERROR && excessMillis <= (pattern.grantedMillis ?? WAKE_UP_MILLIS) && isOnPlan,
      isFoundOff: !pattern.isShort && !isStarved && isFoundOff(telling, isOnPlan),
      isDisturbed: isStarved || wasOffWithoutMonitor,
    });
    const verdict = judge(tries);
    const one: Try = {
      node: process.version,
      pattern: name,
      verdict,
      error: pattern.isShort ? null : error,
      excessMillis,
      figures,
      rawP99Millis: raw.percentileMillis(99),
      starvedFraction: starved,
      stolenMillis,
      controlOverrunMillis,
    };
    console.log(describeTry(one));
    if (rawFile !== null) await appendFile(rawFile, `${JSON.stringify(one)}\n`);
    if (verdict !== 'again') return verdict;
  }
}

/** How far the same blocks are off their plan, past 5 % of it, where no monitor runs that could have kept them from it. */
async function findOverrunWithoutMonitor(name: string, { judgedUpTo = 100 }: Pattern): Promise<number> {
  const overruns = listInjection(await run(name, null)).filter(({ percentile }) => percentile <= judgedUpTo);
  return Math.max(...overruns.map(findOverrun));
}

function listFigures(outcome: Run): Figure[] {
  const { arrivalWeighted: all, longestBlocks } = parseLoopDelaySnapshot(outcome.snapshot);
  const found = longestBlocks.filter((block) => outcome.blocks.some((other) => overlap(block, other)));
  const foundDelay = new ArrivalWeightedDelay(found.map(toBucket), all.observedMillis);
  return listInjection(outcome).map((figure) => ({
    ...figure,
    foundMillis: foundDelay.percentileMillis(figure.percentile),
    allMillis: all.percentileMillis(figure.percentile),
  }));
}

/** By the injecting process's clocks alone. */
function listInjection({ blocks, durationMillis }: Injection): InjectionFigure[] {
  const planned = blocks.map(({ plannedMillis }): DelayBucket => [plannedMillis, 1]);
  const plannedDelay = new ArrivalWeightedDelay(planned, durationMillis);
  const injectedDelay = new ArrivalWeightedDelay(blocks.map(toBucket), durationMillis);
  return PERCENTILES.map((percentile) => ({
    percentile,
    plannedMillis: plannedDelay.percentileMillis(percentile),
    injectedMillis: injectedDelay.percentileMillis(percentile),
  }));
}

/** Of what was found at the injected blocks; not a number where no wait is long enough, which is no pass. */
function worstError(figures: readonly Figure[]): number {
  const errors = figures.map(({ injectedMillis, foundMillis }) => Math.abs(foundMillis / injectedMillis - 1));
  return errors.length > 0 ? Math.max(...errors) : Number.NaN;
}

/** By how much what a user reads is off what was injected, past the promise. */
function findExcess({ injectedMillis, allMillis }: Figure): number {
  return Math.max(0, Math.abs(allMillis - injectedMillis) - MAX_ERROR * injectedMillis);
}

function findOverrun({ plannedMillis, injectedMillis }: InjectionFigure): number {
  return Math.max(0, Math.abs(injectedMillis - plannedMillis) - MAX_ERROR * plannedMillis);
}

/** What kept blocks from their plan may have come before them too, where only the monitor sees it: so much is granted. */
function isFoundOff(figures: readonly Figure[], isOnPlan: boolean): boolean {
  const isOff = ({ plannedMillis, injectedMillis, foundMillis }: Figure): boolean => {
    const grantedMillis = isOnPlan ? 0 : Math.abs(injectedMillis - plannedMillis);
    return !(Math.abs(foundMillis - injectedMillis) <= MAX_ERROR * injectedMillis + grantedMillis);
  };
  return figures.length === 0 || figures.some(isOff);
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

/** In a process of its own; without a monitor where its resolution is null. */
async function run(name: string, resolutionMillis: number | null): Promise<Run> {
  const child = fork(fileURLToPath(import.meta.url), [name, JSON.stringify(resolutionMillis)]);
  const [outcome] = (await once(child, 'message')) as [Run];
  await once(child, 'exit');
  return outcome;
}

async function inject(name: string, resolutionMillis: number | null): Promise<void> {
  const pattern = PATTERNS[name];
  if (!pattern) throw new Error(`expected a pattern, got '${name}'`);
  const injector = await BlockInjector.open();
  const monitor =
    resolutionMillis === null ? null : monitorLoopDelay({ longestBlockCount: MAX_BLOCK_COUNT, resolutionMillis });
  const startMillis = performance.now();
  const blocks = await injector.inject(pattern.plan(), pattern.durationMillis);
  const durationMillis = performance.now() - startMillis;
  const outcome: Run = { blocks, durationMillis, snapshot: monitor?.stop().toJSON() };
  process.send?.(outcome, () => process.exit());
}
