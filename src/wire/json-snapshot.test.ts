import { Buffer } from 'node:buffer';
import type { Attributes } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { encodeSpans } from '../../test/arbitraries/encode-spans.js';
import { createSpan } from '../../test/arbitraries/plain-span.js';
import { decodeChunk } from './chunk-decoder.js';
import { TAG_JSON } from './chunk-format.js';
import { type JsonSnapshot, takeJsonSnapshot } from './json-snapshot.js';
import { MsgpackReader } from './msgpack-reader.js';
import { readJsonText } from './value-reader.js';

const LONG_TEXT = 'an answer that is kept by reference, since it never changes ';

function expectSnapshot(value: object): JsonSnapshot {
  const snapshot = takeJsonSnapshot(value);
  if (snapshot === undefined) throw new Error('expected a snapshot');
  return snapshot;
}

/** What arrives of a span with these attributes. */
function deliver(attributes: Record<string, unknown>): unknown {
  const [chunk = new Uint8Array()] = encodeSpans([createSpan({ attributes: attributes as Attributes })]);
  return decodeChunk(chunk).spans[0]?.attributes;
}

describe('takeJsonSnapshot', () => {
  it('keeps the object as it was at the call', () => {
    const value = { texts: [LONG_TEXT], nested: { count: 1 }, list: [1, 2] };
    const before = JSON.stringify(value);
    const snapshot = expectSnapshot(value);
    value.texts[0] = 'changed';
    value.nested.count = 2;
    value.list.length = 0;
    Object.assign(value, { added: true });
    expect(deliver({ snapshot })).toEqual({ snapshot: before });
  });

  it('leaves out a long key with its value', () => {
    const value = { [LONG_TEXT]: undefined, [`${LONG_TEXT}2`]: () => {}, after: LONG_TEXT, short: undefined, last: 1 };
    expect(deliver({ snapshot: expectSnapshot(value) })).toEqual({ snapshot: JSON.stringify(value) });
  });

  it('can be written into several chunks', () => {
    const snapshot = expectSnapshot({ text: LONG_TEXT });
    expect(deliver({ snapshot })).toEqual(deliver({ snapshot }));
  });

  it('keeps hundreds of snapshots apart, and one that takes more than the memory they share', () => {
    const values = Array.from({ length: 400 }, (_, index) => ({ index, text: LONG_TEXT + index, half: index / 2 }));
    const vector = { vector: Array.from({ length: 30_000 }, (_, index) => index / 7) };
    const captured = [...values.slice(0, 200), vector, ...values.slice(200)];
    const snapshots = captured.map(expectSnapshot);
    for (const [index, snapshot] of snapshots.entries()) {
      expect(deliver({ snapshot })).toEqual({ snapshot: JSON.stringify(captured[index]) });
    }
  });

  it('calls each toJSON once, with its key and on its object', () => {
    const calls: unknown[] = [];
    const date = {
      toJSON(this: unknown, key: string) {
        calls.push([this === date, key]);
        return LONG_TEXT;
      },
    };
    expectSnapshot({ date, list: [date] });
    expect(calls).toEqual([
      [true, 'date'],
      [true, '0'],
    ]);
  });

  it('leaves an object to JSON.stringify that toJSON captures meanwhile', () => {
    let inner: unknown = 'not called';
    const snapshot = expectSnapshot({
      text: LONG_TEXT,
      toJSON() {
        inner = takeJsonSnapshot({ text: LONG_TEXT });
        return { outer: LONG_TEXT };
      },
    });
    expect(inner).toBeUndefined();
    expect(deliver({ snapshot })).toEqual({ snapshot: JSON.stringify({ outer: LONG_TEXT }) });
  });

  it.each([
    [
      'a cycle',
      () => {
        const cycle: unknown[] = [];
        cycle.push(cycle);
        return cycle;
      },
    ],
    ['a bigint', () => ({ big: 1n })],
    [
      'a getter that throws',
      () => ({
        get fails() {
          throw new Error('no');
        },
      }),
    ],
    ['an array of a billion holes', () => new Array(1e9)],
    ['a deep nest', () => Array.from({ length: 200 }).reduce<unknown[]>((inner) => [inner], [])],
    ['a boxed number', () => ({ one: Object(1) })],
    [
      '40,000 keys',
      () => Object.fromEntries(Array.from({ length: 40_000 }, (_, index) => [`key ${index}`, LONG_TEXT])),
    ],
  ])('leaves %s to JSON.stringify', (_, make) => {
    expect(takeJsonSnapshot(make() as object)).toBeUndefined();
    // And is ready for the next.
    const snapshot = expectSnapshot({ text: LONG_TEXT });
    expect(deliver({ snapshot })).toEqual({ snapshot: JSON.stringify({ text: LONG_TEXT }) });
  });

  it('sees a cycle where it closes', () => {
    let callCount = 0;
    const cycle = {
      get self(): unknown {
        callCount++;
        return this;
      },
    };
    expect(takeJsonSnapshot({ text: LONG_TEXT.repeat(100), cycle })).toBeUndefined();
    expect(callCount).toBe(1);
  });

  it('gives up a thousand small objects, and says of twenty that JSON.stringify is as cheap', () => {
    const rows = Array.from({ length: 1_000 }, (_, id) => ({ id, name: `product ${id}`, inStock: true }));
    expect(takeJsonSnapshot(rows)).toBeUndefined();
    expect(takeJsonSnapshot(rows.slice(0, 20))?.isWorthwhile).toBe(false);
    expect(takeJsonSnapshot([{ role: 'user', content: LONG_TEXT.repeat(10) }])?.isWorthwhile).toBe(true);
    expect(takeJsonSnapshot([{ counts: rows.map(({ id }) => id).slice(0, 200) }])?.isWorthwhile).toBe(false);
    expect(takeJsonSnapshot([{ embedding: rows.map(({ id }) => id / 7) }])?.isWorthwhile).toBe(true);
  });

  it('writes over no earlier snapshot when one in between is given up', () => {
    const first = expectSnapshot({ first: LONG_TEXT });
    takeJsonSnapshot({ text: LONG_TEXT, list: ['short', 1n] });
    const second = expectSnapshot({ second: LONG_TEXT });
    expect(deliver({ first, second })).toEqual({
      first: JSON.stringify({ first: LONG_TEXT }),
      second: JSON.stringify({ second: LONG_TEXT }),
    });
  });
});

describe('readJsonText', () => {
  const read = (...bytes: number[]): string => readJsonText(new MsgpackReader(new Uint8Array(bytes)));

  it('makes JSON of numbers that JSON has no text for', () => {
    expect(read(0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0)).toBe('null');
    expect(read(0xcb, 0x80, 0, 0, 0, 0, 0, 0, 0)).toBe('0');
  });

  it.each([
    ['nil', [0xc0]],
    ['bytes', [0xc4, 1, 0]],
    ['a table string', [0x91, 0x81, 0xff, 0]],
    ['the definition of a table string', [0x91, 0x81, 0, 0xa1, 0x61]],
    ['a bigint', [0x81, 0xfd, 0xa1, 0x31]],
    ['another JSON text', [0x81, 0xfb, 1]],
    ['nil in an array', [0x91, 0xc0]],
    ['a key by number', [0x81, 0xfe, 0x92, 0, 1]],
  ])('refuses %s', (_, bytes) => {
    expect(() => read(...bytes)).toThrow(expect.objectContaining({ code: 'ERR_OFFLOOP_CHUNK_FORMAT' }));
  });

  it('is told by a tag of its own', () => {
    const [chunk = new Uint8Array()] = encodeSpans([
      createSpan({ attributes: { json: expectSnapshot([1]) } as unknown as Attributes }),
    ]);
    expect(Buffer.from(chunk).includes(Buffer.from([0x81, TAG_JSON & 0xff, 0x91, 1]))).toBe(true);
  });
});
