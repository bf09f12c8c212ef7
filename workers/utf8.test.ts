import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxUtf8Bytes, type TextForm, writeUtf8 } from './utf8.js';

const ENCODINGS = { utf8: 'utf8', latin1: 'latin1', utf16: 'utf16le' } as const;

/** The text in its form between other bytes, at an odd or even place, rewritten into a dirty buffer just large enough. */
function rewrite(form: TextForm, text: string, offset: number): Buffer {
  const content = Buffer.from(text, ENCODINGS[form]);
  const source = Buffer.concat([Buffer.alloc(offset, 0xdc), content, Buffer.alloc(3, 0xdc)]);
  const maxBytes = maxUtf8Bytes(form, content.length);
  const target = Buffer.alloc(maxBytes + 5, 0xff);
  const end = writeUtf8(form, source, offset, offset + content.length, target, 2);
  expect(target.subarray(0, 2)).toEqual(Buffer.alloc(2, 0xff));
  expect(end).toBeLessThanOrEqual(2 + maxBytes);
  expect(target.subarray(2 + maxBytes)).toEqual(Buffer.alloc(3, 0xff));
  return target.subarray(2, end);
}

const lengths = fc.oneof(
  fc.integer({ min: 0, max: 200 }),
  fc.constantFrom(63, 64, 65, 1023, 1024, 2047, 2048, 2049, 20_000),
);

/** A few units in turns, so that long texts are cheap to make; a unit may be half a surrogate pair. */
function texts(maxUnit: number): fc.Arbitrary<string> {
  const edges = [0, 0x7f, 0x80, 0xff, 0x100, 0x7ff, 0x800, 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000, 0xfeff];
  const unit = fc.oneof(
    fc.constantFrom(...[...edges, 0xffff].filter((code) => code <= maxUnit)),
    fc.integer({ min: 0, max: maxUnit }),
    fc.integer({ min: 0x20, max: 0x7e }),
  );
  return fc
    .tuple(fc.array(unit, { minLength: 1, maxLength: 7 }), lengths)
    .map(([units, length]) =>
      Array.from({ length }, (_, index) => String.fromCharCode(units[index % units.length] ?? 0)).join(''),
    );
}

describe('the UTF-8 is that of Node for text held as', () => {
  test.each<[TextForm, number]>([
    ['latin1', 0xff],
    ['latin1', 0x7f],
    ['utf16', 0xffff],
    ['utf16', 0xd7ff],
  ])('%s, of characters to %i', (form, maxUnit) => {
    fc.assert(
      fc.property(texts(maxUnit), fc.integer({ min: 0, max: 3 }), (text, offset) => {
        expect(rewrite(form, text, offset).equals(Buffer.from(text, 'utf8'))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test.each<[TextForm, string]>([
    ['latin1', 'é'],
    ['utf16', 'ế'],
    ['utf16', '\ud800'],
  ])('%s, where one character alone is not ASCII: %j', (form, character) => {
    for (const length of [10, 100, 5000]) {
      for (const place of [0, length >>> 1, length - 1]) {
        const text = 'a'.repeat(place) + character + 'a'.repeat(length - place - 1);
        expect(rewrite(form, text, 1).equals(Buffer.from(text, 'utf8'))).toBe(true);
      }
    }
  });

  test('utf8, which is copied', () => {
    for (const text of ['', 'a', 'ếữ'.repeat(10), 'ếữ'.repeat(1000)]) {
      expect(rewrite('utf8', text, 1).toString()).toBe(text);
    }
  });
});
