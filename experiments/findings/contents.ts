import type { WayName } from '../claims/a-ways/cases.js';
import { judgeWay } from '../claims/a-ways/verdict.js';
import type { EstimateOf, Verdict } from '../claims/claim.js';
import { type FindingRow, row, type Texts } from './finding.js';

/** A line of the document's table of contents: where it is answered, and the one figure that answers it at a glance. */
export interface ContentsLine {
  /** The heading of the section, as it stands in docs/findings.md and docs/findings.vi.md. */
  readonly section: Texts;
  /** In the place of the section's heading, where several lines share one. @default the heading */
  readonly title?: Texts;
  /** A row of a claim, or the scenario of M6. */
  readonly source: ClaimSource | { readonly scenario: string };
}

export interface ClaimSource {
  readonly claim: string;
  readonly row: FindingRow;
  /** What answers the line alone. @default the verdict on the claim */
  readonly judge?: (estimate: EstimateOf) => Verdict['status'];
  /** Other figures of the same cost, for where the row does not tell its size. @default none */
  readonly elsewhere?: readonly OtherFigure[];
}

/** A row of a claim that another section shows. */
interface OtherFigure {
  readonly section: Texts;
  readonly claim: string;
  readonly row: FindingRow;
}

const line = (
  section: Texts,
  claim: string,
  [table, label]: readonly [string, string],
  [en, vi]: readonly [string, string],
): ContentsLine => ({ section, source: { claim, row: row(table, label, en, vi) } });

const NESTING: Texts = { en: 'M2: too many nested spans', vi: 'M2: quá nhiều span lồng nhau' };
const SENDING: Texts = { en: 'How it is sent', vi: 'Cách gửi đi' };
const WAYS: Texts = { en: 'The ways to instrument', vi: 'Các cách gắn trace' };
const COUNTED = 'What the document counts by: main-thread CPU added';

/** The ways share a section, whose verdict is on their order: each has its own answer. */
const way = (
  name: WayName,
  unit: string,
  figure: readonly [string, string],
  title: Texts,
  elsewhere: readonly OtherFigure[] = [],
): ContentsLine => ({
  section: WAYS,
  title,
  source: {
    claim: 'ways',
    row: row(COUNTED, `${name}, ${unit}`, `${figure[0]}: CPU`, `${figure[1]}: CPU`),
    judge: judgeWay(name),
    elsewhere,
  },
});

const OF_THE_WRAPPER: readonly OtherFigure[] = [
  {
    section: WAYS,
    claim: 'ways',
    row: row(
      'A turn: time added in which the loop is busy',
      'A3 observeOpenAI',
      'an LLM call, time on the loop',
      'một lời gọi LLM, thời gian trên event loop',
    ),
  },
];

const OF_MANUAL_SPANS: readonly OtherFigure[] = [
  {
    section: SENDING,
    claim: 'ways-export',
    row: row(
      'A turn, instrumented and sent: main-thread CPU added',
      'A5 startActiveSpan, dropped',
      'the 4 spans of a turn together, in another run: CPU',
      'cả 4 span của một lượt, trong một lần đo khác: CPU',
    ),
  },
  {
    section: NESTING,
    claim: 'm2-nesting',
    row: row(
      'A further child beside others, of 100: on the loop',
      'manual span, none',
      'a further span of a request, time on the loop',
      'thêm một span trong một request, thời gian trên event loop',
    ),
  },
];

export const CONTENTS: readonly ContentsLine[] = [
  line(
    {
      en: 'M1: a client per call, on first use, or at start-up',
      vi: 'M1: tạo client mỗi lần gọi, ở lần dùng đầu tiên, hay lúc khởi động',
    },
    'm1-client-per-call',
    ['What tracing adds to one function', 'v5 first call, client made there'],
    ['a first call that makes its client (v5): waited longer', 'lần gọi đầu, tạo client ngay lúc đó (v5): chờ thêm'],
  ),
  line(
    NESTING,
    'm2-nesting',
    ['A further child beside others, of 100: on the loop', 'observe, langfuse'],
    ['a further traced child: on the loop', 'thêm một hàm con có trace: trên event loop'],
  ),
  line(
    { en: 'M3: input and output captured', vi: 'M3: ghi lại đầu vào và đầu ra' },
    'm3-capture-io',
    ['LangfuseSpanProcessor, capture on: a call on the loop', 'Vietnamese, 1,000 kB each way'],
    ['capture on, 1 MB each way: on the loop', 'bật capture, 1 MB mỗi chiều: trên event loop'],
  ),
  line(
    { en: 'M4: a few short fields in the place of capture', vi: 'M4: vài trường ngắn thay cho capture' },
    'm4-metadata',
    ['A request of 3 spans, on the loop', 'metadata, langfuse'],
    ['a request of 3 spans with metadata: on the loop', 'một request 3 span có metadata: trên event loop'],
  ),
  line(
    { en: 'M5: constructor against getter', vi: 'M5: hàm khởi tạo hay getter' },
    'm5-get-client',
    ['What a call costs', 'v3: new Langfuse()'],
    ['a constructor (v3): time it takes', 'một lần khởi tạo (v3): mất bao lâu'],
  ),
  {
    section: {
      en: 'M6: auto-flush in the process of the service',
      vi: 'M6: auto-flush ngay trong tiến trình của dịch vụ',
    },
    source: { scenario: 'm6-auto-flush' },
  },
  line(
    { en: 'V2: local calls', vi: 'V2: các lời gọi cục bộ' },
    'v2-local-calls',
    ['A hot call, p50', 'v3: trace()'],
    ['`trace()`: time it takes', '`trace()`: mất bao lâu'],
  ),
  way('A1 v3 client', 'a call', ['a call (v3)', 'một lời gọi (v3)'], {
    en: 'A1: low-level calls',
    vi: 'A1: lời gọi cấp thấp',
  }),
  way('A2 observe', 'a function', ['a function', 'một hàm'], { en: 'A2: `observe`', vi: 'A2: `observe`' }),
  way(
    'A3 observeOpenAI',
    'a call',
    ['an LLM call', 'một lời gọi LLM'],
    { en: 'A3: the OpenAI wrapper', vi: 'A3: wrapper OpenAI' },
    OF_THE_WRAPPER,
  ),
  way('A4 CallbackHandler', 'a step', ['a step', 'một bước'], {
    en: 'A4: a callback of LangChain',
    vi: 'A4: callback của LangChain',
  }),
  way(
    'A5 startActiveSpan',
    'a span',
    ['a span', 'một span'],
    { en: 'A5: manual OpenTelemetry spans', vi: 'A5: span OpenTelemetry thủ công' },
    OF_MANUAL_SPANS,
  ),
  line(
    SENDING,
    'ways-export',
    ['What sending adds to a turn: main-thread CPU', 'A2 observe, langfuse'],
    ['sending a turn of `observe`: CPU', 'gửi một lượt gắn bằng `observe`: CPU'],
  ),
];
