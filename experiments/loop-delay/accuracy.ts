import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { monitorLoopDelay, parseLoopDelaySnapshot } from 'offloop/loop-delay';
import { readNumber, readOptions, runProgram } from '../command-line.js';
import { describeProvenance } from '../runner/provenance.js';
import { watchStolenTime } from '../runner/stolen-time.js';
import { assess, findErrors, findOverrunMillis } from './accuracy-errors.js';
import { type Injection, listFigures, listInjectionFigures } from './accuracy-figures.js';
import {
  type AccuracyHeader,
  describeColumns,
  describeTry,
  parseAccuracyRun,
  type Try,
  writeAccuracySummary,
} from './accuracy-record.js';
import { type Assessment, judge, type Verdict } from './accuracy-verdict.js';
import { BlockInjector } from './inject-blocks.js';
import { PATTERNS, type Pattern } from './patterns.js';

const MAX_BLOCK_COUNT = 1_000;
/** The third is no pass: nothing was shown. */
const EXIT_CODES: Readonly<Record<Verdict, number>> = { ok: 0, missed: 1, 'too noisy': 2 };

const RAW_FILE = 'raw.jsonl';

interface CheckOrder {
  readonly resolutionMillis: number;
  /** Where each try is written to; null for nowhere. */
  readonly rawFile: string | null;
}

interface Run extends Injection {
  /** Unset where no monitor ran. */
  readonly snapshot?: unknown;
}

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
    const snapshot = parseLoopDelaySnapshot(outcome.snapshot);
    const figures = listFigures(outcome, snapshot);
    const errors = findErrors(figures, pattern);
    const conditions = {
      starvedFraction: (snapshot.runnableMillis ?? 0) / snapshot.durationMillis,
      controlOverrunMillis: errors.isOnPlan ? null : await findOverrunWithoutMonitor(name, pattern),
    };
    tries.push(assess(errors, conditions, pattern));
    const verdict = judge(tries);
    const one: Try = {
      node: process.version,
      pattern: name,
      verdict,
      error: errors.error,
      excessMillis: errors.excessMillis,
      figures,
      rawP99Millis: snapshot.raw.percentileMillis(99),
      starvedFraction: conditions.starvedFraction,
      stolenMillis,
      controlOverrunMillis: conditions.controlOverrunMillis,
    };
    console.log(describeTry(one));
    if (rawFile !== null) await appendFile(rawFile, `${JSON.stringify(one)}\n`);
    if (verdict !== 'again') return verdict;
  }
}

/** Of the same blocks, where no monitor runs that could have kept them from their plan. */
async function findOverrunWithoutMonitor(name: string, pattern: Pattern): Promise<number> {
  return findOverrunMillis(listInjectionFigures(await run(name, null)), pattern);
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
