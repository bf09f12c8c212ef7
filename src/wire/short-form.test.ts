import { decode } from '@msgpack/msgpack';
import { expect, test } from 'vitest';
import { areShort, shortForm } from './short-form.js';

test('the short form of a value is the byte that msgpack has for it', () => {
  for (const value of [0, 1, 2, 126, 127, true, false]) {
    expect(areShort(shortForm(value))).toBe(true);
    expect(decode(Uint8Array.of(shortForm(value)))).toBe(value);
  }
  // undefined is nil on the wire; null is not.
  expect(shortForm(undefined)).toBe(0xc0);
});

test('a value that takes more than a byte has no short form, among others neither', () => {
  for (const value of [-0, -1, 128, 0x80000001, 2 ** 32 + 1, 0.5, Number.NaN, null, '', '1', 1n, [], {}, Symbol('1')]) {
    expect(areShort(shortForm(value))).toBe(false);
    expect(areShort(shortForm(1) | shortForm(value) | shortForm(true))).toBe(false);
  }
});
