import type { Claim, ClaimRun } from '../claims/claim.js';
import { formatInterval } from '../claims/claim-report.js';
import { concludeClaim, Estimates } from '../claims/estimate.js';
import { formatMillis } from '../report/format-figure.js';
import {
  concludeAutoFlush,
  DEFAULT_FLUSH,
  DOCUMENT_P99_MILLIS,
  DOCUMENT_SPIKE_MILLIS,
  listAutoFlushFigures,
} from '../runner/auto-flush-verdict.js';
import { compareWithControl } from '../runner/paired-comparison.js';
import type { Run } from '../runner/run-record.js';
import { formatDifference } from './auto-flush-section.js';
import type { ClaimSource, ContentsLine } from './contents.js';
import type { Language, Texts } from './finding.js';
import { findRow } from './findings-table.js';
import { STATUS, writeFigures } from './words.js';

/** The newest reference runs, by name; a claim or scenario without one is not in it. */
export interface RecordedRuns {
  readonly claims: ReadonlyMap<string, { readonly claim: Claim; readonly run: ClaimRun }>;
  readonly scenarios: ReadonlyMap<string, Run>;
}

const HEAD: Readonly<Record<Language, readonly string[]>> = {
  en: ['the document', 'figure', 'Python', 'Node, 95 % interval', 'answer'],
  vi: ['tài liệu', 'con số', 'Python', 'Node, khoảng tin cậy 95 %', 'trả lời'],
};

const FLUSH: Texts = {
  en: 'added to the p99 by the flush, and the longest block',
  vi: 'flush cộng thêm vào p99, và lần chặn dài nhất',
};
const TOLD_ELSEWHERE: Texts = { en: 'told elsewhere', vi: 'đo được ở chỗ khác' };
const NOT_RECORDED: Texts = { en: 'no reference run yet', vi: 'chưa có lần đo tham chiếu' };

/** The document's table of contents with an answer a line, as Markdown; each leads to its section. */
export function writeContents(lines: readonly ContentsLine[], runs: RecordedRuns, language: Language): string {
  const head = HEAD[language];
  const rows = lines.map((line) => {
    const { section, title = section } = line;
    return [`[${title[language]}](#${slug(section[language])})`, ...answer(line, runs, language)];
  });
  const rule = ['---', '---', '---:', '---:', '---'];
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function answer({ source }: ContentsLine, runs: RecordedRuns, language: Language): string[] {
  if ('scenario' in source) return answerFlush(runs.scenarios.get(source.scenario), language);
  const name = source.row.name[language];
  const found = runs.claims.get(source.claim);
  if (found === undefined) return [name, '-', '-', NOT_RECORDED[language]];
  const { claim, run } = found;
  const { document, unit, value } = findRow(claim, source.row);
  const estimates = new Estimates(claim, run.trials);
  const measured = formatInterval(estimates.estimate(value), unit);
  const figures = [document ?? '-', measured].map((cell) => writeFigures(cell, language));
  const status = source.judge
    ? (estimates.judge(source.judge) ?? 'cannot tell')
    : concludeClaim(claim, run.trials).status;
  const elsewhere = status === 'below the document, size not told' ? listElsewhere(source, runs, language) : [];
  const where = elsewhere.length === 0 ? '' : `; ${TOLD_ELSEWHERE[language]}: ${elsewhere.join('; ')}`;
  return [name, ...figures, `${nameStatus(status, language)}${where}`];
}

/** The other figures that do tell a size: where each stands, and what it is. */
function listElsewhere({ elsewhere = [] }: ClaimSource, runs: RecordedRuns, language: Language): string[] {
  return elsewhere.flatMap(({ section, claim: claimName, row }) => {
    const found = runs.claims.get(claimName);
    if (found === undefined) return [];
    const { unit, value } = findRow(found.claim, row);
    const interval = new Estimates(found.claim, found.run.trials).estimate(value);
    if (interval === null || interval.low <= 0) return [];
    const figure = writeFigures(formatInterval(interval, unit), language);
    return [`[${row.name[language]}](#${slug(section[language])}) ${figure}`];
  });
}

function answerFlush(run: Run | undefined, language: Language): string[] {
  const { low, high } = DOCUMENT_SPIKE_MILLIS;
  const python = `${DOCUMENT_P99_MILLIS} ms, ${low.toLocaleString('en-US')} to ${high.toLocaleString('en-US')} ms`;
  const flush = run && listAutoFlushFigures(run).find(({ arm }) => arm === DEFAULT_FLUSH);
  const added = run && compareWithControl(run).find(({ arm }) => arm.label === DEFAULT_FLUSH);
  const node =
    flush && added
      ? `${formatDifference(added.decision.difference, 'ms')}, ${formatMillis(flush.longestMillis)} ms`
      : '-';
  const verdict = run && concludeAutoFlush(run);
  return [
    FLUSH[language],
    ...[python, node].map((cell) => writeFigures(cell, language)),
    verdict ? nameStatus(verdict.status, language) : NOT_RECORDED[language],
  ];
}

function nameStatus(status: keyof typeof STATUS, language: Language): string {
  return STATUS[status][language].replace(/\.$/, '').toLowerCase().replace('node', 'Node');
}

/** As GitHub names a heading in links. */
function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
