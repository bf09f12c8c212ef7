import type { Interval } from '#gate/statistics/bootstrap-interval';
import type { ArmName } from '../arms/index.js';
import type { Verdict } from '../claims/claim.js';
import { formatMillis } from '../report/format-figure.js';
import { writeMarkdownRows } from '../report/markdown-table.js';
import {
  type AutoFlushFigures,
  CONTROL,
  concludeAutoFlush,
  DEFAULT_FLUSH,
  DOCUMENT_P99_MILLIS,
  DOCUMENT_SPIKE_MILLIS,
  listAutoFlushFigures,
} from '../runner/auto-flush-verdict.js';
import type { ExportCoincidence } from '../runner/export-coincidence.js';
import { compareWithControl } from '../runner/paired-comparison.js';
import type { Run } from '../runner/run-record.js';
import { summarizeArms } from '../runner/summary.js';
import { AUTO_FLUSH_ARMS, type AutoFlushFinding } from './auto-flush-finding.js';
import type { Language, Texts } from './finding.js';
import { STATUS, writeFigures, writeOrigin } from './words.js';

const HEAD: Readonly<Record<Language, readonly string[]>> = {
  en: [
    'spans leave through',
    'p95, ms',
    'p99, ms',
    'added to the p99, ms (95 %)',
    'longest block, ms',
    'longest blocks at an export',
    'by chance',
  ],
  vi: [
    'span được gửi qua',
    'p95, ms',
    'p99, ms',
    'cộng thêm vào p99, ms (95 %)',
    'lần chặn dài nhất, ms',
    'lần chặn dài trùng lúc gửi',
    'nếu ngẫu nhiên',
  ],
};

const DOCUMENT: Texts = { en: 'the document (Python)', vi: 'tài liệu (Python)' };
const TIMELINE: Texts = { en: 'timeline', vi: 'dòng thời gian' };

/**
 * A scenario of M6 as Markdown: a sentence, then what a request waits for the loop, by the way spans leave.
 *
 * @param folder of the run, as seen from the document.
 * @param hasReport whether the folder has the page with the timeline.
 */
export function writeAutoFlushSection(
  {
    finding,
    run,
    folder,
    hasReport,
  }: {
    readonly finding: AutoFlushFinding;
    readonly run: Run;
    readonly folder: string;
    readonly hasReport: boolean;
  },
  language: Language,
): string {
  const rows = [describeDocument(language), ...listRows(run, language)];
  const links = [
    `[summary.md](${folder}/summary.md)`,
    `[raw.jsonl](${folder}/raw.jsonl)`,
    ...(hasReport ? [`[${TIMELINE[language]}](${folder}/report.html)`] : []),
  ];
  return [
    `**${finding.name[language]}.** ${writeAutoFlushVerdict(run, language)}`,
    writeMarkdownRows({ head: HEAD[language], rows }),
    writeOrigin(run.provenance, links),
  ].join('\n\n');
}

/** The status of the document's claim in a run, and a sentence of why. */
export function writeAutoFlushVerdict(run: Run, language: Language): string {
  const status = concludeAutoFlush(run)?.status ?? 'cannot tell';
  const figures = listAutoFlushFigures(run);
  const find = (label: string) => figures.find(({ arm }) => arm === label);
  const [control, flush] = [find(CONTROL), find(DEFAULT_FLUSH)];
  if (control === undefined || flush === undefined) return STATUS[status][language];
  const numbers = { control, flush, coincidence: flush.coincidence };
  const sentence = language === 'en' ? explain(status, numbers) : explainInVietnamese(status, numbers);
  return `${STATUS[status][language]} ${sentence}`;
}

interface Reasons {
  readonly control: AutoFlushFigures;
  readonly flush: AutoFlushFigures;
  readonly coincidence: ExportCoincidence | null;
}

function explain(status: Verdict['status'], { control, flush, coincidence }: Reasons): string {
  const growth =
    `the longest block is ${formatMillis(flush.longestMillis)} ms with the default batch processor and ` +
    `${formatMillis(control.longestMillis)} ms without an exporter`;
  const cause =
    coincidence === null
      ? 'nothing was exported within a window'
      : `${toPercent(coincidence.observedShare)} of its longest blocks lie at an export, where chance would put ` +
        `${toPercent(coincidence.chanceShare)}`;
  switch (status) {
    case 'holds':
      return `The flush makes a spike as long as the document's: ${growth}, and ${cause}.`;
    case 'holds in another form': {
      const reach = describeReach(coincidence);
      return `The flush blocks the loop, though for less than the document's spike: ${growth}, and ${cause}${
        reach === null ? '' : `; a block of 1 s would take a batch of ${reach} MB`
      }.`;
    }
    case 'does not hold':
      return `It is not the flush that blocks the loop longest: ${growth}, and ${cause}.`;
    // It is not judged by the rule of a cost, the only one that has this answer.
    case 'below the document, size not told':
    case 'cannot tell':
      return `The run is too noisy or too short to tell: ${growth}, and ${cause}.`;
    default:
      return status satisfies never;
  }
}

function explainInVietnamese(status: Verdict['status'], { control, flush, coincidence }: Reasons): string {
  const figure = (text: string) => writeFigures(text, 'vi');
  const growth =
    `lần chặn dài nhất là ${figure(formatMillis(flush.longestMillis))} ms với batch processor mặc định và ` +
    `${figure(formatMillis(control.longestMillis))} ms khi không có exporter`;
  const cause =
    coincidence === null
      ? 'trong khoảng đo không có lần gửi nào'
      : `${toPercent(coincidence.observedShare)} số lần chặn dài nhất của batch processor mặc định rơi đúng vào lúc gửi, ` +
        `còn nếu ngẫu nhiên thì tỷ lệ đó là ${toPercent(coincidence.chanceShare)}`;
  switch (status) {
    case 'holds':
      return `Flush gây ra độ trễ đột biến dài ngang tài liệu: ${growth}; ${cause}.`;
    case 'holds in another form': {
      const reach = describeReach(coincidence);
      return `Flush có chặn event loop, nhưng ngắn hơn độ trễ đột biến trong tài liệu: ${growth}; ${cause}${
        reach === null ? '' : `; muốn chặn tới 1 s thì một batch phải lớn cỡ ${reach} MB`
      }.`;
    }
    case 'does not hold':
      return `Lần chặn dài nhất không phải do flush: ${growth}; ${cause}.`;
    case 'below the document, size not told':
    case 'cannot tell':
      return `Lần đo quá nhiễu hoặc quá ngắn: ${growth}; ${cause}.`;
    default:
      return status satisfies never;
  }
}

/** In megabytes, how large a batch would have to be for the document's spike; null where no block lies at an export. */
export function describeReach(coincidence: ExportCoincidence | null): string | null {
  const rate = coincidence?.millisPerMegabyte ?? null;
  return rate === null ? null : (DOCUMENT_SPIKE_MILLIS.low / rate).toFixed(0);
}

function describeDocument(language: Language): string[] {
  const { low, high } = DOCUMENT_SPIKE_MILLIS;
  const range = `${low.toLocaleString('en-US')} to ${high.toLocaleString('en-US')}`;
  // The document has one figure for both percentiles.
  const percentiles = [`${DOCUMENT_P99_MILLIS}`, `${DOCUMENT_P99_MILLIS}`];
  return [DOCUMENT[language], ...percentiles, '-', writeFigures(range, language), '-', '-'];
}

/** The arms of the question; the controls of the measurement are in the summary. */
function listRows(run: Run, language: Language): string[][] {
  const differences = new Map(compareWithControl(run).map(({ arm, decision }) => [arm.label, decision.difference]));
  const asked = run.scenario.arms.filter(({ role }) => role === 'control' || role === 'compared');
  const figures = new Map(listAutoFlushFigures(run).map((each) => [each.arm, each]));
  const waits = new Map(
    summarizeArms(run.scenario.arms, run.trials).map(({ armName, arrivalWeighted }) => [armName, arrivalWeighted]),
  );
  return asked.flatMap(({ label }) => {
    const [own, wait] = [figures.get(label), waits.get(label)];
    if (own === undefined || wait === undefined) return [];
    const { p99Millis, longestMillis, coincidence } = own;
    const cells = [
      formatMillis(wait.percentileMillis(95)),
      formatMillis(p99Millis),
      label === CONTROL ? '-' : formatDifference(differences.get(label) ?? null),
      formatMillis(longestMillis),
      coincidence === null ? '-' : `${toPercent(coincidence.observedShare)} (n = ${coincidence.blockCount})`,
      coincidence === null ? '-' : toPercent(coincidence.chanceShare),
    ];
    const name = AUTO_FLUSH_ARMS[label as ArmName]?.[language] ?? label;
    return [[name, ...cells.map((cell) => writeFigures(cell, language))]];
  });
}

/** `25.8 (13.8 to 28.0)`; with its unit behind the first, if it has one. */
export function formatDifference(difference: Interval | null, unit?: string): string {
  if (difference === null) return '-';
  const [estimate, low, high] = [difference.estimate, difference.low, difference.high].map((millis) =>
    millis < 0 ? `-${formatMillis(-millis)}` : formatMillis(millis),
  );
  return `${estimate}${unit === undefined ? '' : ` ${unit}`} (${low} to ${high})`;
}

function toPercent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
