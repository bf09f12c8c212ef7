import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readNumber, readOptions, runProgram, UsageError } from './command-line.js';
import { startProgress } from './report/progress.js';
import { drawRun, writeRunSummary } from './report/run-report.js';
import { describeTerminal } from './report/terminal.js';
import { runScenario } from './runner/run.js';
import type { Scenario, SizeName, TrialSize } from './runner/scenario.js';
import { SCENARIOS } from './scenarios/index.js';

const USAGE = `npm run experiment -- list
npm run experiment -- NAME [options]

  --quick          one short trial of each arm
  --reference      the size of a committed run
  --blocks N       blocks; each runs every arm once, in random order
  --seed S         of the load and of the order of arms (default 1)
  --results DIR    where raw.jsonl and summary.md go (default results/local/NAME)
`;

/** What a trial takes beside warming up and measuring: two processes start, one flushes and ends. */
const TRIAL_OVERHEAD_MILLIS = 1_800;

await runProgram('experiment', async () => {
  const [name, ...words] = process.argv.slice(2);
  if (name === undefined || name === '--help' || words.includes('--help')) {
    process.stdout.write(USAGE);
    return;
  }
  if (name === 'list') {
    const [stray] = words;
    if (stray !== undefined) throw new UsageError(`list: expected nothing after it, got '${stray}'`);
    process.stdout.write(`${SCENARIOS.map(describeScenario).join('\n')}\n`);
    return;
  }
  const scenario = SCENARIOS.find((candidate) => candidate.name === name);
  if (scenario === undefined) {
    const names = SCENARIOS.map((candidate) => candidate.name).join(', ');
    throw new UsageError(`unknown experiment '${name}'; expected one of ${names} (see npm run experiment -- list)`);
  }
  await runExperiment(scenario, words);
});

async function runExperiment(scenario: Scenario, words: readonly string[]): Promise<void> {
  const sizeName = readSizeName(words);
  const size = scenario.sizes[sizeName];
  const options = readOptions(
    { blocks: String(size.blockCount), seed: '1', results: join('results', 'local', scenario.name) },
    words.filter((word) => !isSizeFlag(word)),
  );
  const seed = readNumber(options, 'seed', { min: 0, max: 1_000_000 });
  const blockCount = readNumber(options, 'blocks', { min: 1, max: 1_000 });
  const progress = startProgress({
    stepCount: blockCount * scenario.arms.length + 1,
    expectedStepMillis: estimateTrialMillis(size),
  });
  const run = await runScenario({
    scenario,
    size: { ...size, blockCount },
    seed,
    command: ['npm run experiment --', scenario.name, ...words].join(' '),
    folder: options.results,
    onWarmUp: () => progress.begin('warm-up'),
    onTrial: ({ arm, block }) => progress.begin(`block ${block + 1}: ${arm}`),
  }).finally(() => progress.end());
  await writeFile(join(options.results, 'summary.md'), writeRunSummary(run));
  process.stdout.write(`${drawRun(run, describeTerminal(process.stdout))}\n`);
  process.stderr.write(`\nRaw data and summary: ${options.results}\n`);
  // Too noisy to say is an answer; no trial at all that may be counted is not.
  if (run.trials.every(({ faults }) => faults.length > 0)) process.exitCode = 2;
}

function readSizeName(words: readonly string[]): SizeName {
  const flags = words.filter(isSizeFlag);
  if (flags.length > 1) throw new UsageError(`expected one of --quick and --reference, got ${flags.join(' and ')}`);
  return (flags[0]?.slice(2) as SizeName | undefined) ?? 'standard';
}

function isSizeFlag(word: string): boolean {
  return word === '--quick' || word === '--reference';
}

function estimateTrialMillis({ warmUpMillis, measuredMillis }: TrialSize): number {
  return warmUpMillis + measuredMillis + TRIAL_OVERHEAD_MILLIS;
}

function describeScenario({ name, title, arms, sizes }: Scenario): string {
  const seconds = (size: TrialSize) => Math.round((size.blockCount * arms.length * estimateTrialMillis(size)) / 1_000);
  return `${name.padEnd(12)} ${title}\n${' '.repeat(13)}about ${seconds(sizes.standard)} s, --quick ${seconds(sizes.quick)} s, --reference ${seconds(sizes.reference)} s; 2 cores`;
}
