import { deepStrictEqual } from 'node:assert/strict';
import type { Attributes } from '@opentelemetry/api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEncoder, encodeSpans } from '../../test/arbitraries/encode-spans.js';
import { createSpan } from '../../test/arbitraries/plain-span.js';
import { viewSpan } from '../../test/arbitraries/span-view.js';
import { decodeChunk } from './chunk-decoder.js';
import type { ReadableSpan } from './readable-span.js';

/** Few, so that they meet again in every order: as names, keys and values. */
const TEXTS = ['a', 'b', 'ab', 'é', '0', '1', '-1', '__proto__', 'constructor', 'x'.repeat(40), 'x'.repeat(41), ''];
const LONG_KEY = 'k'.repeat(129);

/** The same text as a string of its own: what is remembered must be found by its characters, not only by identity. */
const anyText = fc
  .tuple(fc.constantFrom(...TEXTS), fc.boolean())
  .map(([text, isCopy]) => (isCopy ? Buffer.from(text, 'utf16le').toString('utf16le') : text));

const anyValue = fc.oneof(
  { weight: 4, arbitrary: anyText },
  { weight: 1, arbitrary: fc.integer({ min: -1, max: 300 }) },
  { weight: 1, arbitrary: fc.array(anyText, { maxLength: 2 }) },
  { weight: 1, arbitrary: fc.string() },
);

/** In the order of the entries, with a key `__proto__` as a property of its own. */
function toAttributes(entries: readonly (readonly [string, unknown])[]): Attributes {
  const attributes: Attributes = {};
  for (const [key, value] of entries) {
    Object.defineProperty(attributes, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return attributes;
}

const anyAttributes = fc
  .array(fc.tuple(fc.oneof(anyText, fc.constant(LONG_KEY)), anyValue), { maxLength: 6 })
  .map(toAttributes);

const anySpan = fc
  .record({
    name: anyText,
    attributes: anyAttributes,
    isBroken: fc.boolean(),
    events: fc.array(
      fc.record({ time: fc.constant<[number, number]>([1, 2]), name: anyText, attributes: anyAttributes }),
      {
        maxLength: 2,
      },
    ),
  })
  .map(({ isBroken, ...parts }) => ({ span: createSpan(parts), isBroken }));

/** Adds an attribute that can't be written, in which a key is new: it is rolled back with the key's number. */
function breakAttributes(span: ReadableSpan, index: number): ReadableSpan {
  const attributes = Object.create(null, Object.getOwnPropertyDescriptors(span.attributes)) as Attributes;
  Object.defineProperty(attributes, 'broken', { value: { [`new ${index}`]: nestTooDeep() }, enumerable: true });
  return { ...span, attributes };
}

function nestTooDeep(): unknown {
  let value: unknown = 'bottom';
  for (let level = 0; level < 200; level++) value = [value];
  return value;
}

test('what is remembered of names, keys and values never shows in what is read', () => {
  // One encoder for all runs: it remembers across spans, chunks and runs.
  const encoder = createEncoder(2048);
  fc.assert(
    fc.property(fc.array(anySpan, { minLength: 1, maxLength: 12 }), (made) => {
      const written = made.map(({ span, isBroken }, index) => (isBroken ? breakAttributes(span, index) : span));
      const remembering = encodeSpans(written, encoder).flatMap((chunk) => decodeChunk(chunk).spans);
      const forgetful = written.flatMap((span) => encodeSpans([span]).flatMap((chunk) => decodeChunk(chunk).spans));
      deepStrictEqual(remembering.map(viewSpan), forgetful.map(viewSpan));
      const expected = made.map(({ span, isBroken }) => ({ ...span, droppedAttributesCount: isBroken ? 1 : 0 }));
      deepStrictEqual(remembering.map(viewSpan), expected.map(viewSpan));
    }),
    { numRuns: 800 },
  );
});

test('one attributes object that changes between spans is read as it was each time', () => {
  const attributes: Attributes = { first: 'one', second: 'two' };
  const encoder = createEncoder();
  const seen: unknown[] = [];
  const encode = () => {
    seen.push(Object.entries(attributes));
    expect(encoder.encode(createSpan({ attributes }))).toBe('written');
  };
  encode();
  attributes['second'] = 'one';
  encode();
  delete attributes['first'];
  attributes['first'] = 'two';
  encode();
  attributes['0'] = 'numeric keys come first';
  encode();
  attributes['between'] = 'two';
  encode();
  const { spans } = decodeChunk(encoder.close()?.seal() ?? new Uint8Array());
  deepStrictEqual(
    spans.map((span) => Object.entries(span.attributes)),
    seen,
  );
});
