import { type Finding, row } from './finding.js';
import { WAYS_FINDINGS } from './ways-findings.js';

const ONE_FUNCTION = 'What tracing adds to one function';
const PAID_BESIDE = 'What is paid beside it';
const IN_SERVICE = 'What tracing adds to a request of 3 steps in service';
const BESIDE = 'A further child beside others, of 100: on the loop';
const BELOW = 'A further child below others, of 20: on the loop';
const TRACED_GAP = 'A parent beyond its 10 children, all traced, p50';
const TRACED_GAP_P99 = 'A parent beyond its 10 children, all traced, p99';
const UNTRACED_GAP = 'A parent beyond its 10 untraced children, p50';
const CAPTURE_ON = 'LangfuseSpanProcessor, capture on: a call on the loop';
const OFFLOOP_CAPTURE_ON = 'offloop, capture on: a call on the loop';
const CAPTURE_OFF_LOOP = 'offloop, capture on, JSON in the worker: a call on the loop';
const CAPTURE_OFF = 'LangfuseSpanProcessor, capture off: a call on the loop';
const ON_THE_LOOP = 'A request of 3 spans, on the loop';
const ON_THE_WIRE = 'A request of 3 spans, on the wire';
const CALL = 'What a call costs';
const SECOND_HOST = 'A second host is given: what reaches it';

export const FINDINGS: readonly Finding[] = [
  {
    claim: 'm1-client-per-call',
    measures: { en: 'what the caller waits longer', vi: 'bên gọi phải chờ thêm' },
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
        'v3 first call, client at start-up',
        'v3: first call, client made at start-up',
        'v3: lần gọi đầu, client tạo lúc khởi động',
      ),
      row(PAID_BESIDE, 'v3 import', 'v3: loading its modules', 'v3: nạp các module'),
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
        ONE_FUNCTION,
        'v5 first call, client at start-up',
        'v5: first call, client made at start-up',
        'v5: lần gọi đầu, client tạo lúc khởi động',
      ),
      row(PAID_BESIDE, 'v5 import', 'v5: loading its modules', 'v5: nạp các module'),
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
        'v3 p99, client per call',
        'v3 in service: p99 of a request, a client per call',
        'v3 trong dịch vụ: p99 của một request, mỗi lần gọi một client',
      ),
      row(
        IN_SERVICE,
        'v3 p99, at start-up',
        'v3 in service: p99 of a request, client at start-up',
        'v3 trong dịch vụ: p99 của một request, client tạo lúc khởi động',
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
      row(
        IN_SERVICE,
        'v5 p99, client per call',
        'v5 in service: p99 of a request, a client per call',
        'v5 trong dịch vụ: p99 của một request, mỗi lần gọi một client',
      ),
      row(
        IN_SERVICE,
        'v5 p99, at start-up',
        'v5 in service: p99 of a request, client at start-up',
        'v5 trong dịch vụ: p99 của một request, client tạo lúc khởi động',
      ),
    ],
  },
  {
    claim: 'm2-nesting',
    measures: {
      en: 'a child: time on the loop; a parent: by the duration of its span',
      vi: 'hàm con: thời gian trên event loop; span cha: theo độ dài của span',
    },
    rows: [
      row(
        BESIDE,
        'observe, langfuse',
        'a further child, 100 side by side (observe, Langfuse)',
        'thêm một hàm con có trace, 100 hàm cạnh nhau (observe, Langfuse)',
      ),
      row(
        BESIDE,
        'startActiveObservation, langfuse',
        'a further child, 100 side by side (startActiveObservation, Langfuse)',
        'thêm một hàm con có trace, 100 hàm cạnh nhau (startActiveObservation, Langfuse)',
      ),
      row(
        BESIDE,
        'manual span, langfuse',
        'a further child, 100 side by side (manual span, Langfuse)',
        'thêm một hàm con có trace, 100 hàm cạnh nhau (span thủ công, Langfuse)',
      ),
      row(
        BESIDE,
        'manual span, none',
        'a further child, 100 side by side (manual span, no exporter)',
        'thêm một hàm con có trace, 100 hàm cạnh nhau (span thủ công, không có exporter)',
      ),
      row(
        BESIDE,
        'observe, offloop',
        'a further child, 100 side by side (observe, offloop)',
        'thêm một hàm con có trace, 100 hàm cạnh nhau (observe, offloop)',
      ),
      row(
        BELOW,
        'observe, langfuse',
        'a further child, 20 deep (observe, Langfuse)',
        'thêm một hàm con có trace, lồng 20 tầng (observe, Langfuse)',
      ),
      row(
        TRACED_GAP,
        'observe, langfuse',
        'a parent beyond its traced children, p50 (observe, Langfuse)',
        'span cha dài hơn tổng các hàm con có trace, p50 (observe, Langfuse)',
      ),
      row(
        TRACED_GAP,
        'observe, offloop',
        'a parent beyond its traced children, p50 (observe, offloop)',
        'span cha dài hơn tổng các hàm con có trace, p50 (observe, offloop)',
      ),
      ...(
        [
          ['observe', 'observe'],
          ['startActiveObservation', 'startActiveObservation'],
          ['manual span', 'span thủ công'],
        ] as const
      ).flatMap(([en, vi]) =>
        (['Langfuse', 'offloop'] as const).map((processor) =>
          row(
            TRACED_GAP_P99,
            `${en}, ${processor.toLowerCase()}`,
            `a parent beyond its traced children, p99 (${en}, ${processor})`,
            `span cha dài hơn tổng các hàm con có trace, p99 (${vi}, ${processor})`,
          ),
        ),
      ),
      row(
        UNTRACED_GAP,
        'observe, langfuse',
        'a parent beyond its untraced children, p50 (observe, Langfuse)',
        'span cha dài hơn tổng các hàm con không trace, p50 (observe, Langfuse)',
      ),
    ],
  },
  {
    claim: 'm3-capture-io',
    measures: { en: 'a call, time on the loop', vi: 'một lời gọi, thời gian trên event loop' },
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
        OFFLOOP_CAPTURE_ON,
        'Vietnamese, 1,000 kB each way',
        'capture on, Vietnamese, 1 MB each way (offloop)',
        'bật capture, tiếng Việt, 1 MB mỗi chiều (offloop)',
      ),
      row(
        OFFLOOP_CAPTURE_ON,
        '1,000 small objects out',
        'capture on, 1,000 small objects (offloop)',
        'bật capture, 1.000 đối tượng nhỏ (offloop)',
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
    measures: { en: 'a request of 3 spans', vi: 'một request 3 span' },
    rows: [
      row(ON_THE_LOOP, 'nothing, langfuse', 'on the loop: nothing kept', 'thời gian trên event loop: không giữ gì'),
      row(ON_THE_LOOP, 'metadata, langfuse', 'on the loop: short metadata', 'thời gian trên event loop: metadata ngắn'),
      row(
        ON_THE_LOOP,
        'full capture, langfuse',
        'on the loop: full capture',
        'thời gian trên event loop: capture đầy đủ',
      ),
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
        row(
          `What of it is found at the stand-in: ${content}`,
          'a conversation, by text search',
          `traces found by text search: ${en}`,
          `tìm được trace bằng cách tìm trong văn bản: ${vi}`,
        ),
      ]),
    ],
  },
  {
    claim: 'm5-get-client',
    measures: {
      en: 'how long a call took; what reached a host',
      vi: 'một lời gọi mất bao lâu; bao nhiêu tới được host',
    },
    rows: [
      row(CALL, 'v3: new Langfuse()', 'v3: the constructor', 'v3: hàm khởi tạo'),
      row(CALL, 'v3: an instance the module holds', 'v3: an instance that is held', 'v3: dùng lại một instance có sẵn'),
      row(CALL, 'v5: new LangfuseSpanProcessor()', 'v5: the constructor', 'v5: hàm khởi tạo'),
      row(CALL, 'v5: getLangfuseTracer()', 'v5: the getter', 'v5: hàm getter'),
      row(
        CALL,
        'v3: new Langfuse(), the first',
        'v3: the constructor, the first call of the process',
        'v3: hàm khởi tạo, lần gọi đầu của tiến trình',
      ),
      row(
        CALL,
        'v5: new processor, the first',
        'v5: the constructor, the first call of the process',
        'v5: hàm khởi tạo, lần gọi đầu của tiến trình',
      ),
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
  ...WAYS_FINDINGS,
];
