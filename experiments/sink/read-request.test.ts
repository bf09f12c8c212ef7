import { expect, it } from 'vitest';
import type { AnyValue } from './otlp-shape.js';
import { readRequest } from './read-request.js';
import { makeJsonBody, makeJsonSpan } from './sample-spans.test.data.js';
import { loadTraceSchema } from './trace-schema.js';

function readFields(fields: object): ReturnType<typeof readRequest>[number] | undefined {
  return readRequest(JSON.parse(makeJsonBody(makeJsonSpan(1, 1, fields))))[0];
}

function readValue(value: unknown): AnyValue | undefined {
  return readFields({ attributes: [{ key: 'key', value }] })?.attributes[0]?.value;
}

it('absent fields have the defaults of protobuf', () => {
  const attributes = { attributes: [], droppedAttributesCount: 0 };
  expect(readFields({})).toEqual({
    resource: { ...attributes, schemaUrl: '' },
    scope: { ...attributes, name: '', version: '', schemaUrl: '' },
    traceId: '00000000000000000000000000000001',
    spanId: '0000000000000001',
    parentSpanId: '',
    traceState: '',
    flags: 0,
    name: 'span',
    kind: 0,
    startTimeUnixNano: '0',
    endTimeUnixNano: '0',
    ...attributes,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { code: 0, message: '' },
  });
  expect(readRequest({})).toEqual([]);
});

it.each([
  [{ intValue: -0 }, { intValue: '0' }],
  [{ intValue: '9223372036854775807' }, { intValue: '9223372036854775807' }],
  [{ intValue: 3 }, { intValue: '3' }],
  [{ doubleValue: 3 }, { doubleValue: 3 }],
  [{ doubleValue: 'NaN' }, { doubleValue: 'NaN' }],
  [{ doubleValue: '-Infinity' }, { doubleValue: '-Infinity' }],
  [{ doubleValue: null }, {}],
  [{ bytesValue: '-_8' }, { bytesValue: '+/8=' }],
  [{ stringValue: '' }, { stringValue: '' }],
  [{ unknownValue: 1 }, {}],
  [null, {}],
])('%j is read as %j', (value, expected) => {
  expect(readValue(value)).toEqual(expected);
});

it('minus zero stays apart from zero, in JSON text as in protobuf', () => {
  const body = makeJsonBody(makeJsonSpan(1, 1, { attributes: [{ key: 'k', value: { doubleValue: 'MINUS_ZERO' } }] }));
  const [span] = readRequest(JSON.parse(body.replace('"MINUS_ZERO"', '-0.0')));
  expect(span?.attributes[0]?.value).toEqual({ doubleValue: '-0' });
});

it.each([
  [{ intValue: 1.5 }, 'intValue: expected a signed 64-bit integer, got 1.5'],
  [{ intValue: '9223372036854775808' }, 'intValue: expected a signed 64-bit integer, got "9223372036854775808"'],
  [{ intValue: 1e21 }, 'intValue: expected a signed 64-bit integer, got 1e+21'],
  [{ boolValue: 'false' }, 'boolValue: expected true or false, got "false"'],
  [{ stringValue: 1 }, 'stringValue: expected a string, got 1'],
  [{ doubleValue: 'much' }, 'doubleValue: expected a number, or "NaN", "Infinity", "-Infinity", got "much"'],
  [{ bytesValue: '*' }, 'bytesValue: expected bytes in base64, got "*"'],
  [{ stringValue: 'a', intValue: 1 }, 'value: expected one type, got stringValue and intValue'],
  [{ arrayValue: { values: {} } }, 'arrayValue.values: expected an array, got {}'],
  ['text', 'value: expected an object, got "text"'],
])('%j is refused with its place in the request', (value, message) => {
  expect(() => readValue(value)).toThrow(`resourceSpans[0].scopeSpans[0].spans[0].attributes[0].${message}`);
});

it.each([
  [{ traceId: '' }, 'traceId: expected 32 hex characters, got ""'],
  [{ traceId: 'g'.repeat(32) }, 'traceId: expected 32 hex characters'],
  [{ parentSpanId: 'ab' }, 'parentSpanId: expected 16 hex characters, got "ab"'],
  [{ startTimeUnixNano: -1 }, 'startTimeUnixNano: expected an unsigned 64-bit integer, got -1'],
  [{ droppedEventsCount: 1.5 }, 'droppedEventsCount: expected an integer from 0 to 4294967295, got 1.5'],
  [{ kind: 'SPAN_KIND_SERVER' }, 'kind: expected an integer'],
])('a span with %j is refused', (fields, message) => {
  expect(() => readFields(fields)).toThrow(message);
});

it('protobuf is read with the doubles and integers that JSON has no number for', async () => {
  const schema = loadTraceSchema();
  const id = (byteCount: number) => [(1 << 3) | 2, byteCount, ...new Array<number>(byteCount).fill(7)];
  const field = (number: number, bytes: number[]) => [(number << 3) | 2, bytes.length, ...bytes];
  const double = (value: number) => [(4 << 3) | 1, ...Buffer.from(new Float64Array([value]).buffer)];
  const minusOne = [3 << 3, ...new Array<number>(9).fill(0xff), 1];
  const values = [double(NaN), double(-Infinity), double(-0), double(0), minusOne, field(7, [255]), []];
  const attributes = values.flatMap((value) => field(9, [...field(1, [0x6b]), ...field(2, value)]));
  const span = [...id(16), ...field(2, new Array<number>(8).fill(7)), ...attributes];
  // 129 bytes and more take two bytes to say their length.
  const long = (number: number, bytes: number[]) => [
    (number << 3) | 2,
    (bytes.length & 127) | 128,
    bytes.length >> 7,
    ...bytes,
  ];
  const request = long(1, long(2, long(2, span)));
  const [read] = readRequest(schema.decodeRequest(Uint8Array.from(request)));
  expect(read?.attributes.map(({ value }) => value)).toEqual([
    { doubleValue: 'NaN' },
    { doubleValue: '-Infinity' },
    { doubleValue: '-0' },
    { doubleValue: 0 },
    { intValue: '-1' },
    { bytesValue: '/w==' },
    {},
  ]);
  expect(read?.traceId).toBe('07'.repeat(16));
});
