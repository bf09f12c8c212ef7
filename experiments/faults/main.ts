import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readNumber, readOptions, runProgram, UsageError } from '../command-line.js';
import { drawTable } from '../report/comparison-table.js';
import { writeMarkdownTable } from '../report/markdown-table.js';
import { startProgress } from '../report/progress.js';
import { describeTerminal } from '../report/terminal.js';
import { type FaultRun, isSound, runFaults } from './run-faults.js';
import type { FaultScenario, SizeName } from './scenario.js';
import { FAULT_SCENARIOS } from './scenarios/index.js';
import { tabulateFaults } from './tables.js';

const USAGE = `npm run test:faults -- [options]

Faults, with real processes; exit code 1 when a figure is not what it has to be.

  --full             all counts and times; without it a tenth of them, some minutes
  --only LIST        of the scenarios below
  --seed S           of the moments at which things happen (default 1)
  --results DIR      where raw.jsonl and summary.md go (default results/local/faults)

`;

/** As far as is known before a scenario has ended. */
const EXPECTED_SCENARIO_MILLIS: Readonly<Record<SizeName, number>> = { small: 10_000, full: 80_000 };

await runProgram('test:faults', async () => {
  const words = process.argv.slice(2);
  if (words.includes('--help')) {
    const list = FAULT_SCENARIOS.map(({ name, title }) => `  ${name}\n      ${title}\n`);
    process.stdout.write(USAGE + list.join(''));
    return;
  }
  const size = words.includes('--full') ? 'full' : 'small';
  const options = readOptions(
    { only: FAULT_SCENARIOS.map(({ name }) => name).join(','), seed: '1', results: join('results', 'local', 'faults') },
    words.filter((word) => word !== '--full'),
  );
  const scenarios = readScenarios(options.only);
  const seed = readNumber(options, 'seed', { min: 0, max: 1_000_000 });
  const progress = startProgress({
    stepCount: scenarios.length,
    expectedStepMillis: EXPECTED_SCENARIO_MILLIS[size],
  });
  const run = await runFaults({
    scenarios,
    size,
    seed,
    command: ['npm run test:faults --', ...words].join(' ').trim(),
    folder: options.results,
    onScenario: ({ name }) => progress.begin(name),
  }).finally(() => progress.end());
  await writeFile(join(options.results, 'summary.md'), writeSummary(run, size));
  process.stdout.write(`${drawRun(run)}\n`);
  process.stderr.write(`\nRaw data and summary: ${options.results}\n`);
  if (!isSound(run)) process.exitCode = 1;
});

function readScenarios(text: string): FaultScenario[] {
  return text.split(',').map((word) => {
    const scenario = FAULT_SCENARIOS.find(({ name }) => name === word.trim());
    if (scenario !== undefined) return scenario;
    const names = FAULT_SCENARIOS.map(({ name }) => name).join(', ');
    throw new UsageError(`--only: expected a list of ${names}, got '${word}'`);
  });
}

function drawRun(run: FaultRun): string {
  const table = drawTable(tabulateFaults(run.records), describeTerminal(process.stdout));
  return [table, ...writeFailures(run)].join('\n\n');
}

function writeSummary(run: FaultRun, size: SizeName): string {
  const { provenance, records } = run;
  return `${[
    '# Faults: what is lost, what is counted, and how long it takes',
    records.map(({ scenario, title }) => `- \`${scenario}\`: ${title}`).join('\n'),
    writeMarkdownTable(tabulateFaults(records)),
    ...writeFailures(run),
    [
      `- Command: \`${provenance.command}\` (size: ${size})`,
      `- Commit: ${provenance.commit ?? 'unknown'}, ${provenance.startedAt}`,
      `- Node ${provenance.node} (V8 ${provenance.v8}), ${provenance.os}`,
      `- ${provenance.cpuCount} x ${provenance.cpuModel}, load before the run ${provenance.loadBefore}`,
    ].join('\n'),
  ].join('\n\n')}\n`;
}

function writeFailures({ failures }: FaultRun): string[] {
  return failures.map((failure) => `Failed: ${failure}`);
}
