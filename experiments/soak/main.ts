import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PAYLOAD_NAMES } from '../bench/payloads.js';
import { type OptionValues, readChoice, readNumber, readOptions, runProgram } from '../command-line.js';
import { formatCount } from '../report/format-figure.js';
import { startProgress } from '../report/progress.js';
import { describeTerminal } from '../report/terminal.js';
import { formatMib, MIB } from './measures.js';
import type { Sample, SoakArmName } from './protocol.js';
import { runSoak } from './run-soak.js';
import { SOAK_SCENARIOS, type SoakScenario } from './scenarios.js';
import { drawSoak, writeSoakSummary } from './soak-report.js';
import { judgeSoak } from './verdicts.js';

const USAGE = `npm run soak -- [options]

  --scenario NAME    ${SOAK_SCENARIOS.map(({ name }) => name).join(', ')} (default steady)
  --minutes N        fractions too (default 2)
  --rate N           spans a second (default the scenario's own)
  --payload NAME     of ${PAYLOAD_NAMES.join(', ')} (default S; where the queue is to fill, M)
  --queue-mib N      the processor's maxQueueBytes (default 64)
  --batch            the SDK's batch processor beside it
  --results DIR      where raw.jsonl and summary.md go (default results/local/soak)

Exit code 0: all holds. 1: something is off. 2: too short or too noisy to tell.
`;

const BATCH_FLAG = '--batch';

const SECONDS_PER_MINUTE = 60;

/** As the processor has it when it is not told. */
const EXPORT_TIMEOUT_MILLIS = 30_000;

/** On a terminal the line changes as often, in a log a line is written as often. */
const PROGRESS_SECONDS = 10;

await runProgram('soak', async () => {
  const words = process.argv.slice(2);
  if (words.includes('--help')) {
    process.stdout.write(USAGE);
    return;
  }
  const options = readOptions(
    {
      scenario: 'steady',
      minutes: '2',
      rate: '',
      payload: '',
      'queue-mib': '64',
      results: join('results', 'local', 'soak'),
    },
    words.filter((word) => word !== BATCH_FLAG),
  );
  const scenario = readScenario(options);
  const minutes = readNumber(options, 'minutes', { min: 0.1, max: 24 * SECONDS_PER_MINUTE, fractional: true });
  const durationSeconds = Math.round(minutes * SECONDS_PER_MINUTE);
  const settings = {
    scenario,
    arms: ['control', 'offloop', ...(words.includes(BATCH_FLAG) ? ['batch'] : [])] as SoakArmName[],
    payload: options.payload === '' ? scenario.payload : readChoice(options, 'payload', PAYLOAD_NAMES),
    spansPerSecond:
      options.rate === '' ? scenario.spansPerSecond : readNumber(options, 'rate', { min: 1, max: 1_000_000 }),
    durationSeconds,
    maxQueueBytes: readNumber(options, 'queue-mib', { min: 1, max: 4_096 }) * MIB,
    exportTimeoutMillis: EXPORT_TIMEOUT_MILLIS,
    command: ['npm run soak --', ...words].join(' ').trim(),
    folder: options.results,
  };
  const progress = startProgress({
    stepCount: Math.ceil(durationSeconds / PROGRESS_SECONDS) + 1,
    expectedStepMillis: PROGRESS_SECONDS * 1_000,
  });
  const run = await runSoak({
    ...settings,
    onSecond: (second, samples) => {
      if (second === durationSeconds) progress.begin('shutting down');
      else if (second % PROGRESS_SECONDS === 0) progress.begin(describeSample(samples.get('offloop')));
    },
  }).finally(() => progress.end());
  const verdicts = judgeSoak(run);
  await appendFile(join(settings.folder, 'raw.jsonl'), `${JSON.stringify({ verdicts })}\n`);
  await writeFile(join(settings.folder, 'summary.md'), writeSoakSummary(run, verdicts));
  process.stdout.write(`${drawSoak(run, verdicts, describeTerminal(process.stdout))}\n`);
  process.stderr.write(`\nRaw data and summary: ${settings.folder}\n`);
  if (verdicts.some(({ status }) => status === 'off')) process.exitCode = 1;
  else if (verdicts.some(({ status }) => status === 'unclear')) process.exitCode = 2;
});

function readScenario(options: OptionValues<'scenario'>): SoakScenario {
  const names = SOAK_SCENARIOS.map(({ name }) => name);
  const chosen = readChoice(options, 'scenario', names);
  return SOAK_SCENARIOS.find(({ name }) => name === chosen) as SoakScenario;
}

function describeSample(sample: Sample | undefined): string {
  if (sample === undefined) return 'starting';
  const { memory, pendingBytes, spans } = sample;
  const sizes = `RSS ${formatMib(memory.rss)} MiB, queue ${formatMib(pendingBytes)}`;
  return `${sizes}; ${formatCount(spans.exported)} exported, ${formatCount(spans.dropped)} dropped`;
}
