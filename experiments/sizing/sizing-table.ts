import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Cell, readMedian } from '../bench/figures.js';
import { PAYLOADS, type PayloadName } from '../bench/payloads.js';
import type { TrialRecord } from '../bench/trial.js';
import { writeMarkdownTable } from '../report/markdown-table.js';
import { type FleetSize, type SpanCost, sizeFleet } from './fleet-sizing.js';
import { measureSpanByteLength } from './span-byte-length.js';

const ARM = 'offloop-transfer';
const PAYLOAD_TITLES = [
  ['S', '12 attributes, no text'],
  ['L', '40,000 characters of text'],
] as const satisfies readonly (readonly [PayloadName, string])[];

/** At which the benchmark measures what a span costs. */
const SPANS_PER_SECOND = 1_000;
const PROCESS_COUNTS = [1, 10, 100, 1_000] as const;
const OUTAGE_SECONDS = 3_600;
/** As docs/collector/tail-sampling.yaml has it. */
const DECISION_WAIT_SECONDS = 30;

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** From one process to a fleet, of the newest run under `folder` that measured what a span costs a process. */
export async function writeSizingTable(folder: string): Promise<string> {
  const run = await findNewestRun(folder);
  if (run === undefined) return `No run yet: \`npm run bench -- --only load --results ${folder}/DATE\`.`;
  const tables = PAYLOAD_TITLES.map(([name, title]) => {
    const cost = readCost(run.records, name);
    const heading = `${title}: ${formatBytes(cost.byteLength)} a span, ${SPANS_PER_SECOND} spans/s a process`;
    return writeMarkdownTable({
      title: heading,
      head: [
        'processes',
        'OTLP a second',
        'main thread',
        'cores, all',
        'queued, 1 h away',
        'undecided, 30 s',
        'Kafka, a day',
      ],
      rows: PROCESS_COUNTS.map((processCount) =>
        writeRow(
          processCount,
          sizeFleet(cost, {
            processCount,
            spansPerSecondPerProcess: SPANS_PER_SECOND,
            outageSeconds: OUTAGE_SECONDS,
            decisionWaitSeconds: DECISION_WAIT_SECONDS,
          }),
        ),
      ),
    });
  });
  const source = `[${run.name}](../${folder}/${run.name}/summary.md)`;
  return `${tables.join('\n\n')}\n\n<sub>CPU from ${source}, bytes by the official serializer. Written by \`npm run docs:tables\`.</sub>`;
}

function writeRow(processCount: number, size: FleetSize): string[] {
  return [
    processCount.toLocaleString('en'),
    formatBytes(size.bytesPerSecond),
    `${(size.mainThreadShare * 100).toFixed(1)} %`,
    size.processCores.toPrecision(2),
    formatBytes(size.queuedBytes),
    formatBytes(size.undecidedBytes),
    formatBytes(size.bytesPerDay),
  ];
}

function readCost(records: readonly TrialRecord[], payload: PayloadName): SpanCost {
  const read = (figure: string): number => readMedian(records, cellOf(payload, figure)) ?? 0;
  return {
    byteLength: measureSpanByteLength(PAYLOADS[payload]),
    processMicros: read('processMicrosPerSpan'),
    mainThreadMicros: read('mainThreadMicrosPerSpan'),
  };
}

function cellOf(column: PayloadName, figure: string): Cell {
  return { section: 'load', arm: ARM, column, figure, baseline: 'control' };
}

async function findNewestRun(folder: string) {
  const names = existsSync(folder) ? (await readdir(folder)).sort().reverse() : [];
  for (const name of names) {
    const file = join(folder, name, 'raw.jsonl');
    if (!existsSync(file)) continue;
    // The first line says where the run comes from, and every line is written with its end.
    const lines = (await readFile(file, 'utf8')).split('\n').slice(1, -1);
    const records = lines.map((line) => JSON.parse(line) as TrialRecord);
    const isComplete = PAYLOAD_TITLES.every(
      ([payload]) => readMedian(records, cellOf(payload, 'processMicrosPerSpan')) !== undefined,
    );
    if (isComplete) return { name, records };
  }
  return undefined;
}

/** In powers of 1,000, three digits: `1.23 GB`. */
function formatBytes(byteLength: number): string {
  const power = byteLength < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(byteLength) / 3));
  return `${Number((byteLength / 1_000 ** power).toPrecision(3))} ${UNITS[power]}`;
}
