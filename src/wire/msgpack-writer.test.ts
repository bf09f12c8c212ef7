import { decode } from '@msgpack/msgpack';
import { expect, test } from 'vitest';
import { textExtensions } from '../../test/arbitraries/foreign-reader.js';
import { MsgpackWriter } from './msgpack-writer.js';

function write(byteOffset: number, writeValues: (writer: MsgpackWriter) => void): Uint8Array {
  const buffer = new Uint8Array(new ArrayBuffer(1 << 18), byteOffset);
  const writer = new MsgpackWriter(() => {
    throw new Error('no room');
  });
  writer.moveTo(buffer, buffer.length);
  writeValues(writer);
  return buffer.subarray(0, writer.position);
}

test('two-byte text starts at an even address, whatever comes before it', () => {
  for (const length of [1, 126, 127, 128, 32_766, 32_767, 32_768, 60_000]) {
    const text = '\u1eef'.repeat(length);
    for (const byteOffset of [0, 1]) {
      const bytes = write(byteOffset, (writer) => writer.writeText(text));
      const textPosition = bytes.length - 2 * length;
      expect((bytes.byteOffset + textPosition) % 2).toBe(0);
      expect(decode(bytes, { extensionCodec: textExtensions })).toBe(text);
    }
  }
});

test('text is written in the form that fits it', () => {
  const firstByte = (text: string): number | undefined => write(0, (writer) => writer.writeText(text))[0];
  expect(firstByte('a'.repeat(24))).toBe(0xa0 + 24);
  expect(firstByte('a'.repeat(25))).toBe(0xc7);
  expect(firstByte('a'.repeat(256))).toBe(0xc8);
  expect(firstByte('a'.repeat(65_536))).toBe(0xc9);
  expect(firstByte('\xe9')).toBe(0xc7);
});

test('integers take the shortest form they have here', () => {
  const lengths = [
    0,
    127,
    128,
    255,
    256,
    65_535,
    65_536,
    2 ** 32 - 1,
    2 ** 32,
    -1,
    -32,
    -33,
    -(2 ** 31),
    -(2 ** 31) - 1,
  ].map((value) => {
    const bytes = write(0, (writer) => writer.writeNumber(value));
    expect(decode(bytes)).toBe(value);
    return bytes.length;
  });
  expect(lengths).toEqual([1, 1, 2, 2, 3, 3, 5, 5, 9, 1, 1, 5, 5, 9]);
});

test('a time is the two numbers that it is, in the shortest form of each', () => {
  const numbers = [0, -0, 1, 127, 0xffff, 0x10000, 1_750_000_000, 2 ** 31, 2 ** 32 - 1, 2 ** 32, -1, 0.5, 70_000.5];
  for (const seconds of numbers) {
    for (const nanos of numbers) {
      const bytes = write(0, (writer) => writer.writeTime(seconds, nanos));
      const [readSeconds, readNanos] = decode(bytes) as number[];
      expect(Object.is(readSeconds, seconds) && Object.is(readNanos, nanos), `${seconds}, ${nanos}`).toBe(true);
      const apart = write(0, (writer) => {
        writer.writeArrayHeader(2);
        writer.writeNumber(seconds);
        writer.writeNumber(nanos);
      });
      expect(bytes).toEqual(apart);
    }
  }
});

test('a number with a tag is a map of one entry', () => {
  for (const value of [0, 127, 128, 255, 256, 65_535, 65_536, 2 ** 32 - 1]) {
    const bytes = write(0, (writer) => writer.writeTaggedUint(-1, value));
    expect(decode(bytes)).toEqual({ '-1': value });
  }
});

test('nothing is written past the limit', () => {
  const writer = new MsgpackWriter(() => {
    throw new Error('no room');
  });
  const buffer = new Uint8Array(64);
  writer.moveTo(buffer, 40);
  expect(() => writer.writeText('a'.repeat(100))).toThrow('no room');
  expect(() => writer.writeBytes(new Uint8Array(36))).toThrow('no room');
  writer.position = 39;
  expect(() => writer.writeShorts(1, 2, 3)).toThrow('no room');
  expect(() => writer.writeTime(1_750_000_000, 1_000_000)).toThrow('no room');
  expect(() => writer.writeTaggedUint(-1, 1)).toThrow('no room');
  expect(() => writer.writeHex('0af7651916cd43dd8448eb211c80319c')).toThrow('no room');
  expect(() => writer.startRecord(24, 0)).toThrow('no room');
  writer.position = 0;
  expect(writer.position).toBe(0);
  expect(buffer.every((byte) => byte === 0)).toBe(true);
});
