import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readNumber, readOptions, runProgram, UsageError } from '../command-line.js';
import { drawTable } from '../report/comparison-table.js';
import { writeMarkdownTable } from '../report/markdown-table.js';
import { startProgress } from '../report/progress.js';
import { describeTerminal } from '../report/terminal.js';
import { FLOORS, type FloorVerdict, isFailure, judgeFloor } from './floors.js';
import { PLAN_SIZES, planRound, QUICK_SECTIONS } from './plan.js';
import { type BenchRun, runBench } from './run-bench.js';
import { tabulate, tabulateVerdicts } from './tables.js';
import { SECTION_NAMES, type SectionName } from './trial.js';

const USAGE = `npm run bench -- [options]

  --quick            one short round of ${QUICK_SECTIONS.join(', ')}, under a minute
  --check            compare with the floors; exit code 1 when one is not met
  --only LIST        of ${SECTION_NAMES.join(', ')}
  --rounds N         each runs every arm once (default 3, with --quick 1)
  --seed S           of bursts and of the order of arms (default 1)
  --results DIR      where raw.jsonl and summary.md go (default results/local/bench)
  --dd-trace DIR     where dd-trace is installed, for its row (default here)
`;

const DEFAULT_ROUND_COUNT = 3;

/** What a trial takes beside measuring: a process starts, warms up and ends. */
const EXPECTED_TRIAL_MILLIS = { standard: 3_000, quick: 1_000 };

const FLAGS = ['--quick', '--check'];

await runProgram('bench', async () => {
  const words = process.argv.slice(2);
  if (words.includes('--help')) {
    process.stdout.write(USAGE);
    return;
  }
  const sizeName = words.includes('--quick') ? 'quick' : 'standard';
  const options = readOptions(
    {
      only: (sizeName === 'quick' ? QUICK_SECTIONS : SECTION_NAMES).join(','),
      rounds: String(sizeName === 'quick' ? 1 : DEFAULT_ROUND_COUNT),
      seed: '1',
      results: join('results', 'local', 'bench'),
      'dd-trace': '.',
    },
    words.filter((word) => !FLAGS.includes(word)),
  );
  const sections = readSections(options.only);
  const size = PLAN_SIZES[sizeName];
  const roundCount = readNumber(options, 'rounds', { min: 1, max: 1_000 });
  const seed = readNumber(options, 'seed', { min: 0, max: 1_000_000 });
  const progress = startProgress({
    stepCount: planRound(sections, size, seed).length * roundCount,
    expectedStepMillis: EXPECTED_TRIAL_MILLIS[sizeName],
  });
  const run = await runBench({
    sections,
    size,
    roundCount,
    seed,
    // Where dd-trace is installed is this machine's business: results are published.
    command: ['npm run bench --', ...words.map((word, index) => (words[index - 1] === '--dd-trace' ? 'DIR' : word))]
      .join(' ')
      .trim(),
    folder: options.results,
    ddTraceFolder: options['dd-trace'],
    onTrial: ({ section, arm, column }, round) => progress.begin(`round ${round + 1}: ${section}, ${column}, ${arm}`),
  }).finally(() => progress.end());
  const verdicts = FLOORS.map((floor) => judgeFloor(floor, run.records));
  await writeFile(join(options.results, 'summary.md'), writeSummary(run, verdicts, roundCount));
  process.stdout.write(`${drawRun(run, verdicts, words.includes('--check'))}\n`);
  process.stderr.write(`\nRaw data and summary: ${options.results}\n`);
  if (!words.includes('--check')) return;
  if (verdicts.every(({ status }) => status === 'not measured')) {
    throw new UsageError(`--check: no floor is about ${options.only}; leave out --only, or name other sections`);
  }
  if (verdicts.some(isFailure) || run.failures.length > 0) process.exitCode = 1;
});

function readSections(text: string): SectionName[] {
  return text.split(',').map((word) => {
    const section = SECTION_NAMES.find((name) => name === word.trim());
    if (section !== undefined) return section;
    throw new UsageError(`--only: expected a list of ${SECTION_NAMES.join(', ')}, got '${word}'`);
  });
}

function drawRun(run: BenchRun, verdicts: readonly FloorVerdict[], isCheck: boolean): string {
  const terminal = describeTerminal(process.stdout);
  const tables = [...tabulate(run.records), ...(isCheck ? [tabulateVerdicts(verdicts)] : [])];
  return [...tables.map((table) => drawTable(table, terminal)), ...writeNotes(run, verdicts)].join('\n\n');
}

function writeSummary(run: BenchRun, verdicts: readonly FloorVerdict[], roundCount: number): string {
  const { provenance } = run;
  return `${[
    '# What a span costs',
    ...[...tabulate(run.records), tabulateVerdicts(verdicts)].map(writeMarkdownTable),
    ...writeNotes(run, verdicts),
    [
      `- Command: \`${provenance.command}\``,
      `- ${roundCount} rounds, medians; one arm a process, arms in random order`,
      `- Commit: ${provenance.commit ?? 'unknown'}, ${provenance.startedAt}`,
      `- Node ${provenance.node} (V8 ${provenance.v8}), ${provenance.os}`,
      `- ${provenance.cpuCount} x ${provenance.cpuModel}, load before the run ${provenance.loadBefore}`,
    ].join('\n'),
  ].join('\n\n')}\n`;
}

function writeNotes({ unavailable, failures, records }: BenchRun, verdicts: readonly FloorVerdict[]): string[] {
  const unmeasuredCount = verdicts.filter(({ status }) => status === 'not measured').length;
  return [
    ...[...unavailable].map(([arm, message]) => `Left out: ${arm}. ${message}`),
    ...failures.map((failure) => `Failed: ${failure}`),
    ...records.flatMap(({ section, arm, column, round, figures: { lostSpanCount = 0, spanCount = 0 } }) =>
      lostSpanCount === 0
        ? []
        : [
            `Lost: ${section}, ${column}, ${arm} (round ${round + 1}): ${lostSpanCount} of ${lostSpanCount + spanCount} spans.`,
          ],
    ),
    ...(unmeasuredCount === 0
      ? []
      : [`${unmeasuredCount} of ${verdicts.length} floors need sections or payloads that were not run.`]),
  ];
}
