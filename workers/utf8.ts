import { type Buffer, isAscii, transcode } from 'node:buffer';

/** How a chunk holds a text: see "Text" in `src/wire/format.md`. */
export type TextForm = 'utf8' | 'latin1' | 'utf16';

/**
 * Up to so many bytes a loop over the characters is faster than a call into Node (measured on Node 20 and 24: the two
 * meet between 48 and 128).
 */
const LOOP_MAX_BYTES = 64;

/**
 * From so many bytes on `transcode` is faster than making a string of the text and writing that, in spite of the buffer
 * it allocates: 20,000 Vietnamese characters take 12 µs against 23 (Node 20) and 38 (Node 24), a hand-written loop 31
 * and 78. Below 2,048 characters the string is faster or as fast.
 */
const TRANSCODE_MIN_BYTES = 4096;

/** Bytes that a text of so many bytes may need as UTF-8. */
export function maxUtf8Bytes(form: TextForm, byteCount: number): number {
  switch (form) {
    case 'utf8':
      return byteCount;
    case 'latin1':
      return byteCount * 2;
    case 'utf16':
      return (byteCount >>> 1) * 3;
    default:
      return form satisfies never;
  }
}

/**
 * Writes the text between `start` and `end` of `source` as UTF-8 to `target`, which has room for {@link maxUtf8Bytes}.
 * Lone surrogates become U+FFFD, as in all of Node. Text in UTF-8 is taken as valid.
 *
 * @returns Where the text ends in `target`.
 */
export function writeUtf8(
  form: TextForm,
  source: Buffer,
  start: number,
  end: number,
  target: Buffer,
  position: number,
): number {
  switch (form) {
    case 'utf8':
      return copyBytes(source, start, end, target, position);
    case 'latin1':
      return end - start > LOOP_MAX_BYTES
        ? writeLongLatin1(source, start, end, target, position)
        : writeShortLatin1(source, start, end, target, position);
    case 'utf16':
      return end - start > LOOP_MAX_BYTES * 2
        ? writeLongUtf16(source, start, end, target, position)
        : writeShortUtf16(source, start, end, target, position);
    default:
      return form satisfies never;
  }
}

/** @returns Where the bytes end in `target`. */
export function copyBytes(source: Buffer, start: number, end: number, target: Buffer, position: number): number {
  if (end - start > LOOP_MAX_BYTES) return position + source.copy(target, position, start, end);
  let next = position;
  for (let index = start; index < end; index++) target[next++] = source[index] as number;
  return next;
}

function writeShortLatin1(source: Buffer, start: number, end: number, target: Buffer, position: number): number {
  let next = position;
  for (let index = start; index < end; index++) {
    const code = source[index] as number;
    if (code < 0x80) target[next++] = code;
    else {
      target[next++] = 0xc0 | (code >> 6);
      target[next++] = 0x80 | (code & 0x3f);
    }
  }
  return next;
}

function writeLongLatin1(source: Buffer, start: number, end: number, target: Buffer, position: number): number {
  if (isAscii(source.subarray(start, end))) return position + source.copy(target, position, start, end);
  return position + target.write(source.toString('latin1', start, end), position);
}

function writeShortUtf16(source: Buffer, start: number, end: number, target: Buffer, position: number): number {
  let next = position;
  for (let index = start; index < end; index += 2) {
    let code = readUnit(source, index);
    if (code < 0x80) {
      target[next++] = code;
      continue;
    }
    if (code < 0x800) {
      target[next++] = 0xc0 | (code >> 6);
      target[next++] = 0x80 | (code & 0x3f);
      continue;
    }
    if (code >= 0xd800 && code < 0xe000) {
      const low = code < 0xdc00 && index + 2 < end ? readUnit(source, index + 2) : 0;
      if (low >= 0xdc00 && low < 0xe000) {
        code = 0x10000 + ((code & 0x3ff) << 10) + (low & 0x3ff);
        index += 2;
        target[next++] = 0xf0 | (code >> 18);
        target[next++] = 0x80 | ((code >> 12) & 0x3f);
        target[next++] = 0x80 | ((code >> 6) & 0x3f);
        target[next++] = 0x80 | (code & 0x3f);
        continue;
      }
      code = 0xfffd;
    }
    target[next++] = 0xe0 | (code >> 12);
    target[next++] = 0x80 | ((code >> 6) & 0x3f);
    target[next++] = 0x80 | (code & 0x3f);
  }
  return next;
}

function readUnit(source: Buffer, index: number): number {
  return (source[index] as number) | ((source[index + 1] as number) << 8);
}

function writeLongUtf16(source: Buffer, start: number, end: number, target: Buffer, position: number): number {
  if (end - start >= TRANSCODE_MIN_BYTES) {
    try {
      return position + transcode(source.subarray(start, end), 'utf16le', 'utf8').copy(target, position);
    } catch {
      // It refuses lone surrogates.
    }
  }
  return position + target.write(source.toString('utf16le', start, end), position);
}
