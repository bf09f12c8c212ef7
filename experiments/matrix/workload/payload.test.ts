import { describe, expect, it } from 'vitest';
import { makePayload } from './payload.js';
import { PAYLOAD_KINDS, parseWorkload, type Workload } from './workload.js';

const WORKLOAD: Workload = {
  instrumentation: 'manual',
  capture: 'full',
  spanCount: 2,
  payloadKind: 'ascii',
  payloadByteLength: 20_000,
};

describe.each(PAYLOAD_KINDS)('a payload of kind %s', (payloadKind) => {
  it.each([2_000, 20_000, 200_000])('takes about %i bytes as JSON', (payloadByteLength) => {
    const { length } = Buffer.from(JSON.stringify(makePayload({ ...WORKLOAD, payloadKind, payloadByteLength }, 3)));
    expect(Math.abs(length / payloadByteLength - 1)).toBeLessThan(0.12);
  });

  it('is another one in the next turn', () => {
    const make = (turn: number) => JSON.stringify(makePayload({ ...WORKLOAD, payloadKind }, turn));
    expect(make(1)).not.toBe(make(2));
  });
});

it('an image is no data URI, of which Langfuse would make an upload', () => {
  expect(JSON.stringify(makePayload({ ...WORKLOAD, payloadKind: 'image' }, 0))).not.toContain('data:');
});

it('without a size there is nothing in it', () => {
  expect(makePayload({ ...WORKLOAD, payloadByteLength: 0 }, 1)).toEqual({});
});

describe('a workload', () => {
  it('is read as it was written', () => {
    expect(parseWorkload(JSON.stringify(WORKLOAD))).toEqual(WORKLOAD);
  });

  it.each([
    ['{}', 'workload: expected a spanCount from 2, got undefined'],
    [JSON.stringify({ ...WORKLOAD, spanCount: 1 }), 'expected a spanCount from 2, got 1'],
    [JSON.stringify({ ...WORKLOAD, payloadByteLength: -1 }), 'expected a payloadByteLength from 0, got -1'],
    [
      JSON.stringify({ ...WORKLOAD, capture: 'all' }),
      'expected capture to be one of full, cut, metadata, none, got "all"',
    ],
  ])('%s is refused', (text, message) => {
    expect(() => parseWorkload(text)).toThrow(message);
  });
});
