import { Buffer } from 'node:buffer';
import { copyBytes, maxUtf8Bytes, type TextForm, writeUtf8 } from './utf8.js';

/** Bytes that a tag, a number and a length need at most, together. */
const SMALL_MAX_BYTES = 24;

const NANOS_PER_SECOND = 1_000_000_000;
const TWO_TO_THE_32 = 0x1_0000_0000;

/**
 * Writes protobuf fields into a buffer it is given. When that is too small, `grow` returns a bigger one that holds the
 * same bytes, or throws.
 *
 * A tag is the field's number and wire type as one number; tags of two bytes are not needed here but once.
 */
export class ProtobufWriter {
  readonly #grow: (buffer: Buffer, minimumBytes: number) => Buffer;
  #buffer: Buffer = Buffer.alloc(0);
  #view: DataView = new DataView(this.#buffer.buffer, 0, 0);
  /** Where the next byte goes. May be set back, to write over what stands behind it. */
  position = 0;

  constructor(grow: (buffer: Buffer, minimumBytes: number) => Buffer) {
    this.#grow = grow;
  }

  /** What is written into at present; a write may replace it. */
  get buffer(): Buffer {
    return this.#buffer;
  }

  /** Writes into `buffer` from `position` on. */
  moveTo(buffer: Buffer, position: number): void {
    this.#buffer = buffer;
    this.#view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    this.position = position;
  }

  /** A copy of what was written from `start` on, which is taken back. */
  cut(start: number): Buffer {
    const bytes = Buffer.from(this.#buffer.subarray(start, this.position));
    this.position = start;
    return bytes;
  }

  /** Sees to it that so many bytes can be written. */
  ensure(byteCount: number): void {
    const minimumBytes = this.position + byteCount;
    if (minimumBytes > this.#buffer.length) this.moveTo(this.#grow(this.#buffer, minimumBytes), this.position);
  }

  /** A varint as the official serializer writes numbers: modulo 2⁶⁴, without fractions, and 0 for what has no value. */
  writeVarintField(tag: number, value: number): void {
    this.ensure(SMALL_MAX_BYTES);
    this.#putVarint(tag);
    if (value >>> 0 === value) this.#putVarint(value);
    else this.#putVarint64(value);
  }

  writeDoubleField(tag: number, value: number): void {
    this.ensure(SMALL_MAX_BYTES);
    this.#putVarint(tag);
    this.#view.setFloat64(this.position, value, true);
    this.position += 8;
  }

  writeFixed32Field(tag: number, value: number): void {
    this.ensure(SMALL_MAX_BYTES);
    this.#putVarint(tag);
    this.#view.setUint32(this.position, value, true);
    this.position += 4;
  }

  /**
   * Nanoseconds since the epoch, modulo 2⁶⁴. The steps are such that a time that no clock gives, negative, with a
   * fraction or past 2⁶⁴, comes out as from the official serializer too.
   */
  writeTimeField(tag: number, seconds: number, nanos: number): void {
    this.ensure(SMALL_MAX_BYTES);
    this.#putVarint(tag);
    // The product has more bits than a double: it is made of that of the low 16 bits of the seconds and of the rest.
    const lowNanos = (seconds & 0xffff) * NANOS_PER_SECOND;
    const restNanos = ((seconds / 0x10000) >>> 0) * NANOS_PER_SECOND;
    const low = (lowNanos >>> 0) + (((restNanos & 0xffff) << 16) >>> 0) + nanos;
    const high = Math.floor(lowNanos / TWO_TO_THE_32) + ((restNanos / 0x10000) >>> 0) + Math.floor(low / TWO_TO_THE_32);
    this.#view.setUint32(this.position, low >>> 0, true);
    this.#view.setUint32(this.position + 4, high >>> 0, true);
    this.position += 8;
  }

  writeBytesField(tag: number, source: Buffer, start: number, end: number): void {
    const byteCount = end - start;
    this.ensure(byteCount + SMALL_MAX_BYTES);
    this.#putVarint(tag);
    this.#putVarint(byteCount);
    this.position = copyBytes(source, start, end, this.#buffer, this.position);
  }

  /** @returns Where the UTF-8 starts. */
  writeTextField(tag: number, form: TextForm, source: Buffer, start: number, end: number): number {
    // Right for ASCII and, more often than not, for text in two bytes a character.
    const foreseenBytes = end - start;
    this.ensure(maxUtf8Bytes(form, foreseenBytes) + SMALL_MAX_BYTES);
    const content = this.startMessage(tag, foreseenBytes);
    this.position = writeUtf8(form, source, start, end, this.#buffer, content);
    return this.finishMessage(content, foreseenBytes);
  }

  /** A tag and the length of the message that comes next. */
  writeHeader(tag: number, lengthBytes: number): void {
    this.ensure(SMALL_MAX_BYTES);
    this.#putVarint(tag);
    this.#putVarint(lengthBytes);
  }

  /** Bytes as they are, without a tag. */
  append(source: Buffer, start = 0, end = source.length): void {
    this.ensure(end - start);
    this.position = copyBytes(source, start, end, this.#buffer, this.position);
  }

  /**
   * Starts a field whose length is not known yet.
   *
   * @param foreseenBytes A guess at the length. When its varint takes another width than that of the length, the
   * content is moved.
   * @returns Where the content starts, for {@link finishMessage}.
   */
  startMessage(tag: number, foreseenBytes: number): number {
    this.ensure(SMALL_MAX_BYTES);
    this.#putVarint(tag);
    this.position += varintBytes(foreseenBytes);
    return this.position;
  }

  /** Takes another guess at the length, while there is little to move; returns where the content starts now. */
  foresee(content: number, foreseenBytes: number, betterForeseenBytes: number): number {
    const moveBytes = varintBytes(betterForeseenBytes) - varintBytes(foreseenBytes);
    if (moveBytes !== 0) this.#move(content, moveBytes);
    return content + moveBytes;
  }

  /** @returns Where the content starts. */
  finishMessage(content: number, foreseenBytes: number): number {
    const reservedBytes = varintBytes(foreseenBytes);
    const lengthBytes = this.position - content;
    const moveBytes = varintBytes(lengthBytes) - reservedBytes;
    if (moveBytes !== 0) this.#move(content, moveBytes);
    const end = this.position;
    this.position = content - reservedBytes;
    this.#putVarint(lengthBytes);
    this.position = end;
    return content + moveBytes;
  }

  #move(content: number, moveBytes: number): void {
    this.ensure(SMALL_MAX_BYTES);
    this.#buffer.copyWithin(content + moveBytes, content, this.position);
    this.position += moveBytes;
  }

  /** An unsigned integer below 2³². */
  #putVarint(value: number): void {
    const buffer = this.#buffer;
    let rest = value;
    while (rest > 0x7f) {
      buffer[this.position++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    buffer[this.position++] = rest;
  }

  #putVarint64(value: number): void {
    const buffer = this.#buffer;
    const magnitude = Math.abs(value);
    let low = magnitude >>> 0;
    let high = (magnitude / TWO_TO_THE_32) >>> 0;
    if (value < 0) {
      low = -low >>> 0;
      high = (low === 0 ? -high : ~high) >>> 0;
    }
    while (high > 0 || low > 0x7f) {
      buffer[this.position++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    buffer[this.position++] = low;
  }
}

/** Bytes of a length as a varint. */
export function varintBytes(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  return value < 0x1000_0000 ? 4 : 5;
}
