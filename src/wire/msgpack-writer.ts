import { Buffer } from 'node:buffer';
import { EXT_LATIN1, EXT_UTF16 } from './chunk-format.js';
import { putHex } from './hex-digits.js';

/**
 * Node's own names for a write in one encoding: they skip the look-up of the encoding by name, which costs a fifth of
 * the call for a text of 40 characters.
 */
interface NativeBuffer extends Buffer {
  latin1Write(text: string, offset: number, lengthBytes: number): number;
  ucs2Write(text: string, offset: number, lengthBytes: number): number;
}

/** Up to here a loop over the characters is faster than the call into Node (measured: 16 to 32, Node 20 and 24). */
const SHORT_TEXT_MAX_LENGTH = 24;

/** Up to here a loop is faster than a view on the bytes and a call. */
const SHORT_COPY_MAX_BYTES = 64;

/** Bytes that any number, header or short text needs at most. */
const SMALL_MAX_BYTES = SHORT_TEXT_MAX_LENGTH + 8;

/** Answers at once for a string that V8 holds in one byte a character: no such character can be in it. */
const WIDE_CHARACTER = /[\u0100-\uffff]/;

/**
 * Writes msgpack values into a buffer it is given. When the buffer is too small, `makeRoom` either calls
 * {@link MsgpackWriter.moveTo} with a bigger one or throws.
 */
export class MsgpackWriter {
  readonly #makeRoom: (byteCount: number) => void;
  #buffer = Buffer.alloc(0) as NativeBuffer;
  #view = new DataView(this.#buffer.buffer, 0, 0);
  /** Where the next byte goes. */
  position = 0;
  /** Writing past this position asks for room first. */
  limit = 0;

  constructor(makeRoom: (byteCount: number) => void) {
    this.#makeRoom = makeRoom;
  }

  /** Writes into `buffer` from now on; what was written stays in the old one. */
  moveTo(buffer: Uint8Array, limit: number): void {
    this.#buffer = Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength) as NativeBuffer;
    this.#view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    this.limit = limit;
  }

  ensure(byteCount: number): void {
    if (this.position + byteCount > this.limit) this.#makeRoom(byteCount);
  }

  writeNil(): void {
    this.writeByte(0xc0);
  }

  writeBoolean(value: boolean): void {
    this.writeByte(value ? 0xc3 : 0xc2);
  }

  writeByte(byte: number): void {
    this.ensure(1);
    this.#buffer[this.position++] = byte;
  }

  /** An unsigned integer below 2³². */
  writeUint(value: number): void {
    this.ensure(SMALL_MAX_BYTES);
    this.#putUint(value);
  }

  writeNumber(value: number): void {
    this.ensure(SMALL_MAX_BYTES);
    if (value >>> 0 === value) {
      // -0 is the one number that passes as an integer but is not the one written.
      if (value === 0 && Object.is(value, -0)) this.#putFloat64(value);
      else this.#putUint(value);
    } else if ((value | 0) === value) this.#putNegative(value);
    else this.#putFloat64(value);
  }

  writeBytes(bytes: Uint8Array): void {
    const lengthBytes = bytes.length;
    this.ensure(lengthBytes + 5);
    this.#putHeader8(0xc4, lengthBytes);
    this.#buffer.set(bytes, this.position);
    this.position += lengthBytes;
  }

  writeArrayHeader(count: number): void {
    this.ensure(SMALL_MAX_BYTES);
    if (count < 16) this.#buffer[this.position++] = 0x90 | count;
    else if (count < 0x10000) this.#putUint16(0xdc, count);
    else this.#putUint32(0xdd, count);
  }

  /** Puts another count, not a larger one, into the header at `position`. */
  patchArrayHeader(position: number, count: number): void {
    const head = this.#buffer[position];
    if (head === 0xdd) this.#view.setUint32(position + 1, count);
    else if (head === 0xdc) this.#view.setUint16(position + 1, count);
    else this.#buffer[position] = 0x90 | count;
  }

  /** Starts an array whose count is not known yet; {@link finishArray} takes the position this returns. */
  startArray(): number {
    this.ensure(SMALL_MAX_BYTES);
    const headerPosition = this.position;
    this.#putUint16(0xdc, 0);
    return headerPosition;
  }

  finishArray(headerPosition: number, count: number): void {
    if (count < 0x10000) {
      this.#view.setUint16(headerPosition + 1, count);
      return;
    }
    // A count this large is so rare that its elements are moved rather than two bytes spent on every list.
    this.ensure(2);
    this.#buffer.copyWithin(headerPosition + 5, headerPosition + 3, this.position);
    this.#buffer[headerPosition] = 0xdd;
    this.#view.setUint32(headerPosition + 1, count);
    this.position += 2;
  }

  /** A map of one entry, whose key is written here and whose value comes next. */
  writeTag(tag: number): void {
    this.ensure(SMALL_MAX_BYTES);
    this.#buffer[this.position++] = 0x81;
    if (tag < 0) this.#putNegative(tag);
    else this.#putUint(tag);
  }

  /** A map of one entry: a tag from -32 to -1, and an unsigned integer below 2³². */
  writeTaggedUint(tag: number, value: number): void {
    this.ensure(SMALL_MAX_BYTES);
    this.#view.setUint16(this.position, 0x8100 | (tag & 0xff));
    this.position += 2;
    this.#putUint(value);
  }

  /**
   * Starts an array of 16 to 65,535 elements, of which it writes the first, a record type, and reserves a uint32 for the
   * second.
   *
   * @returns Where {@link patchUint32} sets the uint32.
   */
  startRecord(fieldCount: number, recordType: number): number {
    this.ensure(SMALL_MAX_BYTES);
    const { position } = this;
    this.#view.setUint32(position, 0xdc000000 | (fieldCount << 8) | recordType);
    this.#view.setUint8(position + 4, 0xce);
    this.position = position + 9;
    return position + 4;
  }

  patchUint32(position: number, value: number): void {
    this.#view.setUint32(position + 1, value);
  }

  /** Seconds and nanoseconds, an array of two numbers. */
  writeTime(seconds: number, nanos: number): void {
    this.ensure(SMALL_MAX_BYTES);
    // Nearly every time of day has the longest integers, which can be written without asking further.
    if (seconds > 0xffff && nanos > 0xffff && seconds >>> 0 === seconds && nanos >>> 0 === nanos) {
      const { position } = this;
      const view = this.#view;
      view.setUint16(position, 0x92ce);
      view.setUint32(position + 2, seconds);
      view.setUint8(position + 6, 0xce);
      view.setUint32(position + 7, nanos);
      this.position = position + 11;
      return;
    }
    this.writeByte(0x92);
    this.writeNumber(seconds);
    this.writeNumber(nanos);
  }

  /** Writes three values that take a byte each. */
  writeShorts(first: number, second: number, third: number): void {
    this.ensure(4);
    this.#view.setInt32(this.position, (first << 24) | (second << 16) | (third << 8));
    this.position += 3;
  }

  /**
   * Writes the bytes that a lower-case hex string stands for.
   *
   * @param text A multiple of eight digits, 254 at most.
   * @returns false, with nothing written, when `text` holds anything but lower-case hex digits.
   */
  writeHex(text: string): boolean {
    const lengthBytes = text.length >>> 1;
    this.ensure(lengthBytes + 2);
    const { position } = this;
    if (!putHex(this.#view, position + 2, text)) return false;
    this.#view.setUint16(position, 0xc400 | lengthBytes);
    this.position = position + 2 + lengthBytes;
    return true;
  }

  /** Short ASCII as an ordinary string; anything else in the width V8 holds it in, so that it is only copied. */
  writeText(text: string): void {
    const length = text.length;
    if (length > SHORT_TEXT_MAX_LENGTH) {
      this.#writeWholeText(text);
      return;
    }
    this.ensure(SMALL_MAX_BYTES);
    const buffer = this.#buffer;
    let position = this.position;
    buffer[position++] = 0xa0 | length;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) {
        this.#writeWholeText(text);
        return;
      }
      buffer[position++] = code;
    }
    this.position = position;
  }

  /** Copies part of what another writer has written. */
  writeEncoded(bytes: Uint8Array, start: number, end: number): void {
    const lengthBytes = end - start;
    this.ensure(lengthBytes);
    if (lengthBytes > SHORT_COPY_MAX_BYTES) this.#buffer.set(bytes.subarray(start, end), this.position);
    else {
      const buffer = this.#buffer;
      let position = this.position;
      for (let index = start; index < end; index++) buffer[position++] = bytes[index] as number;
    }
    this.position += lengthBytes;
  }

  #writeWholeText(text: string): void {
    const length = text.length;
    if (!WIDE_CHARACTER.test(text)) {
      this.ensure(length + 6);
      this.#putExtHeader(EXT_LATIN1, length);
      this.#buffer.latin1Write(text, this.position, length);
      this.position += length;
      return;
    }
    const lengthBytes = length * 2;
    this.ensure(lengthBytes + 7);
    // Node writes two-byte text in one go to an even address only; elsewhere it moves all of it once more.
    const headerBytes = lengthBytes < 0xff ? 3 : lengthBytes < 0xffff ? 4 : 6;
    const paddingBytes = (this.#buffer.byteOffset + this.position + headerBytes) & 1;
    this.#putExtHeader(EXT_UTF16, lengthBytes + paddingBytes);
    if (paddingBytes === 1) this.#buffer[this.position++] = 0;
    this.#buffer.ucs2Write(text, this.position, lengthBytes);
    this.position += lengthBytes;
  }

  #putExtHeader(type: number, lengthBytes: number): void {
    this.#putHeader8(0xc7, lengthBytes);
    this.#buffer[this.position++] = type;
  }

  /** The header of a length of 8, 16 or 32 bits, where the three markers follow one another. */
  #putHeader8(marker8: number, lengthBytes: number): void {
    if (lengthBytes < 0x100) {
      this.#buffer[this.position++] = marker8;
      this.#buffer[this.position++] = lengthBytes;
    } else if (lengthBytes < 0x10000) this.#putUint16(marker8 + 1, lengthBytes);
    else this.#putUint32(marker8 + 2, lengthBytes);
  }

  #putUint(value: number): void {
    if (value < 0x80) this.#buffer[this.position++] = value;
    else if (value < 0x100) {
      this.#buffer[this.position++] = 0xcc;
      this.#buffer[this.position++] = value;
    } else if (value < 0x10000) this.#putUint16(0xcd, value);
    else this.#putUint32(0xce, value);
  }

  #putNegative(value: number): void {
    if (value >= -0x20) this.#buffer[this.position++] = value;
    else {
      this.#buffer[this.position] = 0xd2;
      this.#view.setInt32(this.position + 1, value);
      this.position += 5;
    }
  }

  #putUint16(marker: number, value: number): void {
    this.#buffer[this.position] = marker;
    this.#view.setUint16(this.position + 1, value);
    this.position += 3;
  }

  #putUint32(marker: number, value: number): void {
    this.#buffer[this.position] = marker;
    this.#view.setUint32(this.position + 1, value);
    this.position += 5;
  }

  #putFloat64(value: number): void {
    this.#buffer[this.position] = 0xcb;
    this.#view.setFloat64(this.position + 1, value);
    this.position += 9;
  }
}
