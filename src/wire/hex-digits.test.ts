import { expect, test } from 'vitest';
import { putHex } from './hex-digits.js';

const VALID = '0123456789abcdef89abcdef01234567';

test('hex digits become the bytes they stand for', () => {
  const bytes = new Uint8Array(20);
  expect(putHex(new DataView(bytes.buffer), 3, VALID)).toBe(true);
  expect(Buffer.from(bytes.subarray(3, 19)).toString('hex')).toBe(VALID);
  expect([...bytes.subarray(0, 3), bytes[19]]).toEqual([0, 0, 0, 0]);
});

test('a character that is no lower-case hex digit is refused at every place', () => {
  const view = new DataView(new ArrayBuffer(16));
  // U+0130, U+0161 and U+ff11 end in the byte of a digit, or are one in another script.
  for (const character of ['g', 'A', 'F', '/', ':', '`', ' ', '\u0130', '\u0161', '\uff11', '\ud83d']) {
    for (let place = 0; place < VALID.length; place++) {
      const text = VALID.slice(0, place) + character + VALID.slice(place + 1);
      expect(putHex(view, 0, text), `${character} at ${place}`).toBe(false);
    }
  }
});
