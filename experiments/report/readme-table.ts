import type { ArmName } from '../arms/index.js';
import { concludeRun } from '../runner/conclusion.js';
import type { Run } from '../runner/run-record.js';
import { summarizeArms } from '../runner/summary.js';
import { describeService } from './describe-load.js';
import { formatCount, formatMillis, formatPercent } from './format-figure.js';
import { writeMarkdownTable } from './markdown-table.js';

/** How the README names the arms, for readers who have not met the lab yet. */
const ARM_TITLES: Readonly<Record<ArmName, string>> = {
  control: 'no exporter',
  'simple-otlp-protobuf': 'SimpleSpanProcessor, OTLP/protobuf',
  'batch-otlp-json': 'BatchSpanProcessor, OTLP/JSON',
  'batch-otlp-json-tuned': 'BatchSpanProcessor of small batches, OTLP/JSON',
  'batch-otlp-protobuf': 'BatchSpanProcessor, OTLP/protobuf',
  'batch-otlp-protobuf-gzip': 'BatchSpanProcessor, OTLP/protobuf, gzip',
  'batch-yielding': 'BatchSpanProcessor, yielding exporter',
  'batch-awaited': 'BatchSpanProcessor, flushed in each request',
  'langfuse-every-span': 'LangfuseSpanProcessor, every span',
  'clone-to-worker': 'objects cloned to a worker',
  'child-process': 'objects sent to a process',
  offloop: 'offloop',
  'offloop-shared': 'offloop, shared memory',
  'offloop-hosted': 'offloop, stock exporter in the worker',
  langfuse: 'LangfuseSpanProcessor',
  'offloop-langfuse': 'LangfuseWorkerSpanProcessor',
  'offloop-dearer': 'offloop, encoder 30 % dearer',
};

/** The first table a reader sees: what a request waits for the loop, by the way spans leave. */
export function writeReadmeTable(run: Run, folder: string): string {
  const { scenario, provenance, size } = run;
  // The controls of the measurement are in the summary; here they would be two more rows of no exporter.
  const arms = scenario.arms.filter(({ role }) => role === 'control' || role === 'compared');
  const rows = summarizeArms(arms, run.trials).map((arm) => [
    ARM_TITLES[arm.armName as ArmName],
    formatMillis(arm.arrivalWeighted.percentileMillis(99)),
    formatMillis(arm.arrivalWeighted.maxMillis),
    formatMillis(arm.raw.percentileMillis(99)),
    formatPercent(arm.utilization),
    formatMillis(arm.latencyP99Millis),
    `${formatCount(arm.receivedSpanCount)} of ${formatCount(arm.madeSpanCount)}`,
  ]);
  const title = `${describeService(scenario)}; milliseconds`;
  const head = [
    'spans leave through',
    'wait for the loop, p99',
    'longest block',
    '`monitorEventLoopDelay` p99',
    'loop used',
    'latency p99',
    'spans received',
  ];
  return [
    writeMarkdownTable({ title, head, rows }),
    '',
    concludeRun(run).sentence,
    '',
    `<sub>\`${provenance.command}\` on ${provenance.cpuCount} shared virtual cores, Node ${provenance.node}, ` +
      `${size.blockCount} interleaved blocks of ${size.measuredMillis / 1_000} s an arm: ` +
      `[summary](${folder}/summary.md), [raw data](${folder}/raw.jsonl). Written by \`npm run docs:tables\`.</sub>`,
  ].join('\n');
}
