import type { Finding, FindingRow } from './finding.js';

const row = (table: string, label: string, en: string, vi: string): FindingRow => ({ table, label, name: { en, vi } });

const ONE_FUNCTION = 'What tracing adds to one function';
const IN_SERVICE = 'What tracing adds to a request of 3 steps in service';
const BESIDE = 'A further child beside others, of 100: on the loop';
const BELOW = 'A further child below others, of 20: on the loop';
const TRACED_GAP = 'A parent beyond its 10 children, all traced, p50';
const UNTRACED_GAP = 'A parent beyond its 10 untraced children, p50';
const CAPTURE_ON = 'LangfuseSpanProcessor, capture on: a call on the loop';
const CAPTURE_OFF_LOOP = 'offloop, capture on, JSON in the worker: a call on the loop';
const CAPTURE_OFF = 'LangfuseSpanProcessor, capture off: a call on the loop';
const ON_THE_LOOP = 'A request of 3 spans, on the loop';
const ON_THE_WIRE = 'A request of 3 spans, on the wire';
const CALL = 'What a call costs';
const SECOND_HOST = 'A second host is given: what reaches it';
const HOT_CALL = 'A hot call, p50';
const COLD_CALL = 'The first call';
const CALL_IN_ALL = 'What the loop pays a call in all';
const COUNTED = 'What the document counts by: main-thread CPU added';
const SENDING = 'What sending adds to a turn: main-thread CPU';

export const FINDINGS: readonly Finding[] = [
  {
    claim: 'm1-client-per-call',
    rows: [
      row(
        ONE_FUNCTION,
        'v3 first call, client made there',
        'v3: first call, which makes the client',
        'v3: lần gọi đầu, tạo client ngay lúc đó',
      ),
      row(
        ONE_FUNCTION,
        'v3 later call, client per call',
        'v3: later call, a client per call',
        'v3: các lần gọi sau, mỗi lần một client',
      ),
      row(
        ONE_FUNCTION,
        'v3 later call, client at start-up',
        'v3: later call, client made at start-up',
        'v3: các lần gọi sau, client tạo lúc khởi động',
      ),
      row(
        ONE_FUNCTION,
        'v5 first call, client made there',
        'v5: first call, which makes the client',
        'v5: lần gọi đầu, tạo client ngay lúc đó',
      ),
      row(
        ONE_FUNCTION,
        'v5 later call, client per call',
        'v5: later call, a client per call',
        'v5: các lần gọi sau, mỗi lần một client',
      ),
      row(
        ONE_FUNCTION,
        'v5 later call, client at start-up',
        'v5: later call, client made at start-up',
        'v5: các lần gọi sau, client tạo lúc khởi động',
      ),
      row(
        IN_SERVICE,
        'v3 p50, client per call',
        'v3 in service: p50 of a request, a client per call',
        'v3 trong dịch vụ: p50 của một request, mỗi lần gọi một client',
      ),
      row(
        IN_SERVICE,
        'v3 p50, at start-up',
        'v3 in service: p50 of a request, client at start-up',
        'v3 trong dịch vụ: p50 của một request, client tạo lúc khởi động',
      ),
      row(
        IN_SERVICE,
        'v5 p50, client per call',
        'v5 in service: p50 of a request, a client per call',
        'v5 trong dịch vụ: p50 của một request, mỗi lần gọi một client',
      ),
      row(
        IN_SERVICE,
        'v5 p50, at start-up',
        'v5 in service: p50 of a request, client at start-up',
        'v5 trong dịch vụ: p50 của một request, client tạo lúc khởi động',
      ),
    ],
  },
  {
    claim: 'm2-nesting',
    rows: [
      row(
        BESIDE,
        'observe, langfuse',
        'a further child, 100 side by side (observe, Langfuse)',
        'thêm một span con, 100 span cạnh nhau (observe, Langfuse)',
      ),
      row(
        BESIDE,
        'manual span, langfuse',
        'a further child, 100 side by side (manual span, Langfuse)',
        'thêm một span con, 100 span cạnh nhau (span thủ công, Langfuse)',
      ),
      row(
        BESIDE,
        'observe, offloop',
        'a further child, 100 side by side (observe, offloop)',
        'thêm một span con, 100 span cạnh nhau (observe, offloop)',
      ),
      row(
        BELOW,
        'observe, langfuse',
        'a further child, 20 deep (observe, Langfuse)',
        'thêm một span con, lồng 20 tầng (observe, Langfuse)',
      ),
      row(
        TRACED_GAP,
        'observe, langfuse',
        'a parent beyond its traced children (observe, Langfuse)',
        'span cha dài hơn tổng các span con có trace (observe, Langfuse)',
      ),
      row(
        UNTRACED_GAP,
        'observe, langfuse',
        'a parent beyond its untraced children (observe, Langfuse)',
        'span cha dài hơn tổng các hàm con không trace (observe, Langfuse)',
      ),
    ],
  },
  {
    claim: 'm3-capture-io',
    rows: [
      row(
        CAPTURE_ON,
        'Vietnamese, 20 kB each way',
        'capture on, Vietnamese, 20 kB each way (Langfuse)',
        'bật capture, tiếng Việt, 20 kB mỗi chiều (Langfuse)',
      ),
      row(
        CAPTURE_ON,
        'Vietnamese, 1,000 kB each way',
        'capture on, Vietnamese, 1 MB each way (Langfuse)',
        'bật capture, tiếng Việt, 1 MB mỗi chiều (Langfuse)',
      ),
      row(
        CAPTURE_ON,
        '1,000 small objects out',
        'capture on, 1,000 small objects (Langfuse)',
        'bật capture, 1.000 đối tượng nhỏ (Langfuse)',
      ),
      row(
        CAPTURE_ON,
        'embedding of 1,536 doubles out',
        'capture on, an embedding (Langfuse)',
        'bật capture, một vector embedding (Langfuse)',
      ),
      row(
        CAPTURE_ON,
        'base64 image in, 1 MB',
        'capture on, a base64 image (Langfuse)',
        'bật capture, một ảnh base64 (Langfuse)',
      ),
      row(
        CAPTURE_OFF_LOOP,
        'Vietnamese, 1,000 kB each way',
        'capture on, Vietnamese, 1 MB each way, JSON in the worker (offloop)',
        'bật capture, tiếng Việt, 1 MB mỗi chiều, JSON trong worker (offloop)',
      ),
      row(
        CAPTURE_OFF_LOOP,
        '1,000 small objects out',
        'capture on, 1,000 small objects, JSON in the worker (offloop)',
        'bật capture, 1.000 đối tượng nhỏ, JSON trong worker (offloop)',
      ),
      row(CAPTURE_OFF, 'Vietnamese, 1,000 kB each way', 'capture off (Langfuse)', 'tắt capture (Langfuse)'),
    ],
  },
  {
    claim: 'm4-metadata',
    rows: [
      row(ON_THE_LOOP, 'nothing, langfuse', 'on the loop: nothing kept', 'thời gian loop: không giữ gì'),
      row(ON_THE_LOOP, 'metadata, langfuse', 'on the loop: short metadata', 'thời gian loop: metadata ngắn'),
      row(ON_THE_LOOP, 'full capture, langfuse', 'on the loop: full capture', 'thời gian loop: capture đầy đủ'),
      row(ON_THE_WIRE, 'nothing, langfuse', 'exported: nothing kept', 'dung lượng gửi: không giữ gì'),
      row(ON_THE_WIRE, 'metadata, langfuse', 'exported: short metadata', 'dung lượng gửi: metadata ngắn'),
      row(ON_THE_WIRE, 'full capture, langfuse', 'exported: full capture', 'dung lượng gửi: capture đầy đủ'),
      ...(
        [
          ['nothing', 'nothing kept', 'không giữ gì'],
          ['metadata', 'short metadata', 'metadata ngắn'],
          ['full capture', 'full capture', 'capture đầy đủ'],
        ] as const
      ).flatMap(([content, en, vi]) => [
        row(
          `What of it is found at the stand-in: ${content}`,
          'the traces of a conversation',
          `traces found by conversation: ${en}`,
          `tìm được trace theo hội thoại: ${vi}`,
        ),
        row(
          `What of it is found at the stand-in: ${content}`,
          'what a user has cost',
          `cost of a user known: ${en}`,
          `biết được chi phí của một người dùng: ${vi}`,
        ),
      ]),
    ],
  },
  {
    claim: 'm5-get-client',
    rows: [
      row(CALL, 'v3: new Langfuse()', 'v3: the constructor', 'v3: hàm khởi tạo'),
      row(CALL, 'v3: an instance the module holds', 'v3: an instance that is held', 'v3: dùng lại một instance có sẵn'),
      row(CALL, 'v5: new LangfuseSpanProcessor()', 'v5: the constructor', 'v5: hàm khởi tạo'),
      row(CALL, 'v5: getLangfuseTracer()', 'v5: the getter', 'v5: hàm getter'),
      row(
        CALL,
        'v3: 1,000 constructors a second',
        'v3: 1,000 constructors a second',
        'v3: 1.000 lần khởi tạo mỗi giây',
      ),
      row(
        SECOND_HOST,
        'v3: a second new Langfuse()',
        'v3: what reaches the host of a second constructor',
        'v3: phần dữ liệu tới được host của lần khởi tạo thứ hai',
      ),
      row(
        SECOND_HOST,
        'v3: a second clientInitParams',
        'v3: what reaches the host of a second `clientInitParams`',
        'v3: phần dữ liệu tới được host của `clientInitParams` thứ hai',
      ),
      row(
        SECOND_HOST,
        'v5: a second provider.register()',
        'v5: what reaches the host of a second registered provider',
        'v5: phần dữ liệu tới được host của provider đăng ký thứ hai',
      ),
    ],
  },
  {
    claim: 'v2-local-calls',
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
        'A3: một lời gọi LLM qua client bọc',
      ),
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
    rows: [
      row(SENDING, 'A1b startObservation, langfuse', 'v5 calls, Langfuse', 'lời gọi v5, Langfuse'),
      row(SENDING, 'A1b startObservation, offloop', 'v5 calls, offloop', 'lời gọi v5, offloop'),
      row(SENDING, 'A2 observe, langfuse', '`observe`, Langfuse', '`observe`, Langfuse'),
      row(SENDING, 'A2 observe, offloop', '`observe`, offloop', '`observe`, offloop'),
      row(SENDING, 'A5 startActiveSpan, langfuse', 'manual spans, Langfuse', 'span thủ công, Langfuse'),
      row(SENDING, 'A5 startActiveSpan, offloop', 'manual spans, offloop', 'span thủ công, offloop'),
    ],
  },
];
