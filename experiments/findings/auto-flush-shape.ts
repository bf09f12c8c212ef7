import { formatMillis } from '../report/format-figure.js';
import {
  type AutoFlushFigures,
  DEFAULT_FLUSH,
  DOCUMENT_P99_MILLIS,
  DOCUMENT_SPIKE_MILLIS,
  listAutoFlushFigures,
} from '../runner/auto-flush-verdict.js';
import type { Run } from '../runner/run-record.js';
import type { AutoFlushFinding } from './auto-flush-finding.js';
import { describeReach } from './auto-flush-section.js';
import type { Language, Texts } from './finding.js';
import { writeFigures } from './words.js';

/** A recorded scenario of M6, under the name that the pages give it. */
export interface RecordedFlush {
  readonly finding: AutoFlushFinding;
  readonly run: Run;
}

interface NamedFlush {
  readonly name: Texts;
  readonly flush: AutoFlushFigures;
}

/** As many times the document's p99 is still called a p99 like the document's. */
const NEAR_FACTOR = 2;

/**
 * Whether any run shows what the document saw in one and the same service: a p99 of some tens of milliseconds, and then a
 * block of more than a second. By the default batch processor, in a paragraph.
 */
export function writeAutoFlushShape(recorded: readonly RecordedFlush[], language: Language): string {
  const flushes = recorded.flatMap(({ finding: { name }, run }) => {
    const flush = listAutoFlushFigures(run).find(({ arm }) => arm === DEFAULT_FLUSH);
    return flush === undefined ? [] : [{ name, flush }];
  });
  const [likest] = flushes.toSorted((a, b) => distance(a.flush) - distance(b.flush));
  const [longest] = flushes.toSorted((a, b) => b.flush.longestMillis - a.flush.longestMillis);
  if (likest === undefined || longest === undefined) return NO_RUN[language];
  const shown = flushes.find(({ flush }) => hasShape(flush));
  const write = language === 'en' ? explain : explainInVietnamese;
  return write(shown, likest, longest);
}

const NO_RUN: Texts = { en: 'No reference run of M6 yet.', vi: 'Chưa có lần đo tham chiếu nào của M6.' };

function hasShape({ p99Millis, longestMillis }: AutoFlushFigures): boolean {
  return p99Millis <= NEAR_FACTOR * DOCUMENT_P99_MILLIS && longestMillis >= DOCUMENT_SPIKE_MILLIS.low;
}

/** Of its p99 from the document's. */
function distance({ p99Millis }: AutoFlushFigures): number {
  return Math.abs(p99Millis - DOCUMENT_P99_MILLIS);
}

function isShorter({ flush }: NamedFlush): boolean {
  return flush.longestMillis < DOCUMENT_SPIKE_MILLIS.low;
}

const SPIKE_SECONDS = `${(DOCUMENT_SPIKE_MILLIS.low / 1_000).toFixed(1)} to ${(DOCUMENT_SPIKE_MILLIS.high / 1_000).toFixed(1)} s`;

function explain(shown: NamedFlush | undefined, likest: NamedFlush, longest: NamedFlush): string {
  const figures = ({ name, flush }: NamedFlush) =>
    `"${name.en}": ${formatMillis(flush.p99Millis)} ms at p99, ${formatMillis(flush.longestMillis)} ms at the longest`;
  if (shown !== undefined) {
    return `**The document's shape is here in one and the same service**, with the default batch processor. ${figures(shown)}.`;
  }
  const reach = describeReach(likest.flush.coincidence);
  const need = reach === null ? '' : ` For a block of 1 s a batch of the first would have to have ${reach} MB.`;
  const apart =
    likest === longest
      ? ''
      : " So a p99 like the document's and the longest block come from two services, and nothing here shows the one turn " +
        'into the other.';
  const shorter = isShorter(longest) ? ", which is shorter than the document's spike" : '';
  return (
    `**None of these runs shows the document's shape**, a p99 of ${DOCUMENT_P99_MILLIS} ms and then a spike of ` +
    `${SPIKE_SECONDS} in one and the same service. With the default batch processor, the run whose p99 is nearest to the ` +
    `document's, ${figures(likest)}; the run with the longest block, ${figures(longest)}${shorter}.` +
    `${apart} In Node a flush blocks for as long as its batch has text, and the batches of each of these ` +
    `services are about alike.${need}`
  );
}

function explainInVietnamese(shown: NamedFlush | undefined, likest: NamedFlush, longest: NamedFlush): string {
  // The names have their figures as a reader of Vietnamese writes them.
  const toMillis = (millis: number) => `${writeFigures(formatMillis(millis), 'vi')} ms`;
  const figures = ({ name, flush }: NamedFlush) =>
    `"${name.vi}": p99 là ${toMillis(flush.p99Millis)}, lần chặn dài nhất là ${toMillis(flush.longestMillis)}`;
  if (shown !== undefined) {
    return `**Hình dạng mà tài liệu mô tả xuất hiện ở đây, trong cùng một dịch vụ**, với batch processor mặc định. ${figures(shown)}.`;
  }
  const reach = describeReach(likest.flush.coincidence);
  const need =
    reach === null ? '' : ` Muốn dịch vụ thứ nhất bị chặn tới 1 s thì một batch của nó phải lớn cỡ ${reach} MB.`;
  const apart =
    likest === longest
      ? ''
      : ' Như vậy p99 giống tài liệu và lần chặn dài nhất đến từ hai dịch vụ khác nhau, và không lần đo nào cho thấy ' +
        'cái này biến thành cái kia.';
  const shorter = isShorter(longest) ? ', vẫn ngắn hơn độ trễ đột biến trong tài liệu' : '';
  return (
    `**Không lần đo nào ở đây cho thấy hình dạng mà tài liệu mô tả**: p99 ở mức ${DOCUMENT_P99_MILLIS} ms, rồi vọt lên ` +
    `${writeFigures(SPIKE_SECONDS, 'vi')}, trong cùng một dịch vụ. Với batch processor mặc định, lần đo có p99 gần tài ` +
    `liệu nhất, ${figures(likest)}; lần đo có lần chặn dài nhất, ${figures(longest)}${shorter}.${apart} ` +
    'Trong Node, một lần flush chặn bao lâu là tùy batch có bao nhiêu văn bản, và các batch của mỗi dịch vụ này có kích ' +
    `cỡ gần như nhau.${need}`
  );
}
