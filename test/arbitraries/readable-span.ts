import { type Attributes, createTraceState, type HrTime, type SpanContext } from '@opentelemetry/api';
import fc from 'fast-check';
import type {
  ReadableEvent,
  ReadableLink,
  ReadableResource,
  ReadableScope,
  ReadableSpan,
} from '../../src/wire/readable-span.js';

const uint16s = (maxLength: number): fc.Arbitrary<string> =>
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength })
    .map((codes) => codes.map((code) => String.fromCharCode(code)).join(''));

/** ASCII, Latin-1, other scripts, astral characters and lone surrogates; around the lengths where the form changes. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.string({ maxLength: 12 }) },
  { weight: 2, arbitrary: fc.constantFrom('GET', 'POST', 'gpt-4o', 'chat', '', 'constructor', 'toString', '0', '-1') },
  { weight: 1, arbitrary: fc.string({ minLength: 20, maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
  { weight: 1, arbitrary: uint16s(40) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom('a', '\x7f', '\x80', 'ÿ', 'Ā', 'ữ', '自', 'ع', '𝒳', '\ud800'),
        fc.integer({ max: 300, min: 0 }),
      )
      .map(([unit, count]) => unit.repeat(count)),
  },
);

export const anyNumber: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: -300, max: 70_000 }),
  fc.integer(),
  fc.double(),
  fc.maxSafeInteger(),
  fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.MIN_VALUE),
  fc.constantFrom(-1, -32, -33, 127, 128, 255, 256, 65_535, 65_536, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 2 ** 32 - 1),
  fc.constantFrom(2 ** 32, 2 ** 53, -(2 ** 53), 2 ** 53 + 2, 2 ** 63, -(2 ** 63), 2 ** 64, 1e300, 1.5),
);

const anyKey: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('http.request.method', 'user.id', 'gen_ai.system', 'input', 'k', 'm') },
  { weight: 2, arbitrary: anyText },
  { weight: 1, arbitrary: fc.constantFrom('', '__proto__', 'constructor', 'hasOwnProperty', '0', '4294967295') },
);

/** Objects whose `__proto__` key, if they have one, is an ordinary property. */
function anyRecord<T>(value: fc.Arbitrary<T>, maxKeys: number): fc.Arbitrary<Record<string, T>> {
  return fc
    .uniqueArray(fc.tuple(anyKey, value), { maxLength: maxKeys, selector: ([key]) => key })
    .map((entries) => Object.fromEntries(entries));
}

const anyPrimitive: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 5, arbitrary: anyText },
  { weight: 5, arbitrary: anyNumber },
  { weight: 2, arbitrary: fc.boolean() },
  { weight: 1, arbitrary: fc.constantFrom(null, undefined) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  { weight: 1, arbitrary: fc.bigInt() },
);

class Money {
  readonly amount = 12;
  readonly currency = 'EUR';
  get label(): string {
    return 'not an own property';
  }
  toJSON(): string {
    return 'not asked';
  }
}

/** Made anew for each use: none of them is plain data. */
const anyOddity: fc.Arbitrary<unknown> = fc
  .constantFrom<() => unknown>(
    () => Symbol('odd'),
    () => () => 1,
    () => new Date(0),
    () => new Money(),
    () => new Map([['a', 1]]),
    () => Buffer.from('buffer'),
    () => new Float64Array([1, -0]),
    () => Object('boxed'),
    () => Object.assign(Object.create(null), { bare: true }),
    // biome-ignore lint/suspicious/noSparseArray: a hole is one of the values the SDK lets through
    () => [1, , 3],
    () => new Array(5),
  )
  .map((make) => make());

export const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 12, arbitrary: anyPrimitive },
  { weight: 1, arbitrary: anyOddity },
  { weight: 2, arbitrary: fc.array(anyPrimitive, { maxLength: 20 }) },
  { weight: 1, arbitrary: fc.array(fc.array(anyPrimitive, { maxLength: 3 }), { maxLength: 3 }) },
  { weight: 1, arbitrary: anyRecord(fc.oneof(anyPrimitive, anyRecord(anyPrimitive, 3)), 4) },
);

export const anyAttributes: fc.Arbitrary<Attributes> = anyRecord(anyValue, 16) as fc.Arbitrary<Attributes>;

const anyHex = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });

const anyTraceId = fc.oneof(
  { weight: 8, arbitrary: anyHex(32) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '0', 'g'.repeat(32), 'ABCDEF0123456789ABCDEF0123456789', '\u0130'.repeat(32)),
  },
);

const anySpanId = fc.oneof(
  { weight: 8, arbitrary: anyHex(16) },
  { weight: 1, arbitrary: fc.constantFrom('', '0', 'ABCDEF0123456789', '0123456789abcde/', 'a'.repeat(33)) },
);

const anyTraceState = fc.option(
  fc.constantFrom('a=1', 'a=1,b=2', 'vendor@tenant=x y', '').map((text) => createTraceState(text)),
  { nil: undefined, freq: 1 },
);

export const anyContext: fc.Arbitrary<SpanContext> = fc
  .record(
    {
      traceId: anyTraceId,
      spanId: anySpanId,
      traceFlags: fc.oneof(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 0xffff })),
      isRemote: fc.boolean(),
      traceState: anyTraceState,
    },
    { requiredKeys: ['traceId', 'spanId', 'traceFlags'] },
  )
  .map((context) => context as SpanContext);

const anyTime: fc.Arbitrary<HrTime> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.integer({ min: 1.6e9, max: 1.8e9 }), fc.integer({ min: 0, max: 999_999_999 })) },
  { weight: 1, arbitrary: fc.tuple(fc.integer({ min: -5, max: 5e9 }), fc.integer({ min: -1, max: 2e9 })) },
  { weight: 1, arbitrary: fc.tuple(anyNumber, anyNumber) },
);

const anyCount = fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat() });

const anyEvent: fc.Arbitrary<ReadableEvent> = fc.record(
  { time: anyTime, name: anyText, attributes: anyAttributes, droppedAttributesCount: anyCount },
  { requiredKeys: ['time', 'name'] },
);

const anyLink: fc.Arbitrary<ReadableLink> = fc
  .record(
    { context: anyContext, attributes: anyAttributes, droppedAttributesCount: anyCount },
    { requiredKeys: ['context'] },
  )
  .map((link) => link as ReadableLink);

export const anyScope: fc.Arbitrary<ReadableScope> = fc.record(
  { name: anyText, version: anyText, schemaUrl: anyText, attributes: anyAttributes, droppedAttributesCount: anyCount },
  { requiredKeys: ['name'] },
);

export const anyResource: fc.Arbitrary<ReadableResource> = fc.record(
  { attributes: anyAttributes, schemaUrl: anyText },
  { requiredKeys: ['attributes'] },
);

/** A span of one of the given scopes and resources. */
export function anySpan(
  scopes: readonly ReadableScope[],
  resources: readonly ReadableResource[],
): fc.Arbitrary<ReadableSpan> {
  return fc
    .tuple(
      fc.record({
        name: fc.oneof(fc.constantFrom('GET /', 'chat', 'tool'), anyText),
        kind: fc.constantFrom(0, 1, 2, 3, 4),
        startTime: anyTime,
        endTime: anyTime,
        duration: anyTime,
        ended: fc.boolean(),
        status: fc.record({ code: fc.constantFrom(0, 1, 2), message: anyText }, { requiredKeys: ['code'] }),
        attributes: anyAttributes,
        events: fc.array(anyEvent, { maxLength: 3 }),
        links: fc.array(anyLink, { maxLength: 2 }),
        droppedAttributesCount: anyCount,
        droppedEventsCount: anyCount,
        droppedLinksCount: anyCount,
        resource: fc.constantFrom(...resources),
        instrumentationScope: fc.constantFrom(...scopes),
      }),
      anyContext,
      fc.option(anyContext, { nil: undefined }),
      fc.boolean(),
    )
    .map(([span, context, parent, isSameTrace]) => ({
      ...span,
      spanContext: () => context,
      parentSpanContext: parent && isSameTrace ? { ...parent, traceId: context.traceId } : parent,
    }));
}

/** Spans of a few scopes and resources, as one processor may be given them. */
export function anySpans(maxLength: number): fc.Arbitrary<ReadableSpan[]> {
  return fc
    .tuple(fc.array(anyScope, { minLength: 1, maxLength: 3 }), fc.array(anyResource, { minLength: 1, maxLength: 2 }))
    .chain(([scopes, resources]) => fc.array(anySpan(scopes, resources), { minLength: 1, maxLength }));
}
