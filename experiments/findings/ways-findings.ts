import { type Finding, row } from './finding.js';

const HOT_CALL = 'A hot call, p50';
const COLD_CALL = 'The first call';
const CALL_IN_ALL = 'What the loop pays a call in all';
const COUNTED = 'What the document counts by: main-thread CPU added';
const LOOP = 'A turn: time added in which the loop is busy';
const DROPPED = 'A turn, instrumented and sent: main-thread CPU added';
const SENDING = 'What sending adds to a turn: main-thread CPU';
const SENT = 'A turn, instrumented and sent: busy loop added';

const SENT_WAYS = [
  { label: 'A1b startObservation', en: 'v5 calls', vi: 'lời gọi v5' },
  { label: 'A2 observe', en: '`observe`', vi: '`observe`' },
  { label: 'A5 startActiveSpan', en: 'manual spans', vi: 'span thủ công' },
] as const;

/** What the document says of single calls and of the ways to instrument. */
export const WAYS_FINDINGS: readonly Finding[] = [
  {
    claim: 'v2-local-calls',
    measures: {
      en: 'how long a call took; where sending is included, time on the loop',
      vi: 'một lời gọi mất bao lâu; kể cả lúc gửi thì là thời gian trên event loop',
    },
    rows: [
      row(HOT_CALL, 'v3: trace()', 'trace()', 'trace()'),
      row(HOT_CALL, 'v3: span()', 'span()', 'span()'),
      row(HOT_CALL, 'v3: generation()', 'generation()', 'generation()'),
      row(HOT_CALL, 'v3: event()', 'event()', 'event()'),
      row(COLD_CALL, 'v3: trace()', 'trace(), the first call of the process', 'trace(), lần gọi đầu của tiến trình'),
      row(
        CALL_IN_ALL,
        'v3: trace()',
        'trace(), all that the loop pays for it, sending included',
        'trace(), toàn bộ thời gian event loop phải trả, kể cả lúc gửi',
      ),
      row(HOT_CALL, 'v5: startObservation, span', 'v5: startObservation()', 'v5: startObservation()'),
      row(
        CALL_IN_ALL,
        'v5: startObservation, span',
        'v5: startObservation(), all that the loop pays for it, sending included',
        'v5: startObservation(), toàn bộ thời gian event loop phải trả, kể cả lúc gửi',
      ),
    ],
  },
  {
    claim: 'ways',
    measures: {
      en: 'main-thread CPU added; where it says so, time on the loop',
      vi: 'CPU của main thread cộng thêm; dòng có ghi rõ thì là thời gian trên event loop',
    },
    rows: [
      row(COUNTED, 'A1 v3 client, a call', 'A1: a low-level call, v3', 'A1: một lời gọi cấp thấp, v3'),
      row(COUNTED, 'A1b startObservation, a call', 'A1: a low-level call, v5', 'A1: một lời gọi cấp thấp, v5'),
      row(COUNTED, 'A2 observe, a function', 'A2: a function in `observe`', 'A2: một hàm bọc trong `observe`'),
      row(
        COUNTED,
        'A2+A1 mixed, a function',
        'A2 with A1: a function in `observe` that updates its span',
        'A2 kèm A1: một hàm bọc trong `observe` có cập nhật span',
      ),
      row(
        COUNTED,
        'A3 observeOpenAI, a call',
        'A3: an LLM call of the wrapped client',
        'A3: một lời gọi LLM qua client được bọc',
      ),
      row(LOOP, 'A3 observeOpenAI', 'A3: the same, time on the loop', 'A3: cũng lời gọi đó, thời gian trên event loop'),
      row(COUNTED, 'A4 CallbackHandler, a step', 'A4: a step of LangChain', 'A4: một bước của LangChain'),
      row(
        COUNTED,
        'A5 startActiveSpan, a span',
        'A5: a manual OpenTelemetry span',
        'A5: một span OpenTelemetry thủ công',
      ),
      row(
        COUNTED,
        'A6 http and undici, a span',
        'auto-instrumentation (http, undici): a span',
        'tự động gắn trace (http, undici): một span',
      ),
      row(COUNTED, 'A7 AI SDK telemetry, a call', 'Vercel AI SDK: an LLM call', 'Vercel AI SDK: một lời gọi LLM'),
    ],
  },
  {
    claim: 'ways-export',
    measures: { en: 'added to a turn', vi: 'cộng thêm cho một lượt' },
    rows: SENT_WAYS.flatMap(({ label, en, vi }) => [
      row(
        DROPPED,
        `${label}, dropped`,
        `${en}, spans dropped: instrumentation, main-thread CPU`,
        `${vi}, span bỏ đi: phần gắn trace, CPU của main thread`,
      ),
      ...(['Langfuse', 'offloop'] as const).flatMap((processor) => [
        row(
          SENDING,
          `${label}, ${processor.toLowerCase()}`,
          `${en}, ${processor}: sending, main-thread CPU`,
          `${vi}, ${processor}: việc gửi, CPU của main thread`,
        ),
        row(
          SENT,
          `${label}, ${processor.toLowerCase()}`,
          `${en}, ${processor}: instrumentation and sending, busy loop`,
          `${vi}, ${processor}: gắn trace và gửi, event loop bận`,
        ),
      ]),
      row(
        SENDING,
        `${label}, langfuse less offloop`,
        `${en}, Langfuse less offloop: sending, main-thread CPU`,
        `${vi}, hiệu số Langfuse trừ offloop: việc gửi, CPU của main thread`,
      ),
    ]),
  },
];
