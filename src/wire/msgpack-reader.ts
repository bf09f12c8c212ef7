import { Buffer } from 'node:buffer';
import { OffloopError } from '../errors.js';
import { EXT_LATIN1, EXT_UTF16 } from './chunk-format.js';

/** Kinds of msgpack values a chunk is made of. */
export type ValueKind = 'nil' | 'boolean' | 'number' | 'text' | 'bytes' | 'array' | 'map';

const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads msgpack values one after another. Every length is checked against the bytes that are there before anything is
 * made of it, so that a corrupted one can't ask for memory.
 */
export class MsgpackReader {
  readonly #buffer: Buffer;
  readonly #view: DataView;
  position = 0;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get byteLength(): number {
    return this.#buffer.length;
  }

  /** The kind of the value that comes next. */
  peek(): ValueKind {
    const marker = this.#peekMarker();
    if (marker < 0x80 || marker >= 0xe0) return 'number';
    if (marker < 0x90) return 'map';
    if (marker < 0xa0) return 'array';
    if (marker < 0xc0) return 'text';
    if (marker >= 0xca && marker <= 0xd3) return 'number';
    switch (marker) {
      case 0xc0:
        return 'nil';
      case 0xc2:
      case 0xc3:
        return 'boolean';
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return 'bytes';
      case 0xdc:
      case 0xdd:
        return 'array';
      case 0xde:
      case 0xdf:
        return 'map';
      case 0xc1:
        throw this.fault('a value, got the byte 0xc1, which msgpack does not use');
      default:
        // str 8 to 32, and ext: whether its type is one of text shows when it is read.
        return 'text';
    }
  }

  readNil(): void {
    if (this.#peekMarker() !== 0xc0) throw this.fault('nil');
    this.position++;
  }

  readBoolean(): boolean {
    const marker = this.#peekMarker();
    if (marker !== 0xc2 && marker !== 0xc3) throw this.fault('a boolean');
    this.position++;
    return marker === 0xc3;
  }

  readNumber(): number {
    const marker = this.#peekMarker();
    if (marker < 0x80) {
      this.position++;
      return marker;
    }
    if (marker >= 0xe0) {
      this.position++;
      return marker - 0x100;
    }
    switch (marker) {
      case 0xca:
        return this.#view.getFloat32(this.#take(4));
      case 0xcb:
        return this.#view.getFloat64(this.#take(8));
      case 0xcc:
        return this.#view.getUint8(this.#take(1));
      case 0xcd:
        return this.#view.getUint16(this.#take(2));
      case 0xce:
        return this.#view.getUint32(this.#take(4));
      case 0xcf:
        return Number(this.#view.getBigUint64(this.#take(8)));
      case 0xd0:
        return this.#view.getInt8(this.#take(1));
      case 0xd1:
        return this.#view.getInt16(this.#take(2));
      case 0xd2:
        return this.#view.getInt32(this.#take(4));
      case 0xd3:
        return Number(this.#view.getBigInt64(this.#take(8)));
      default:
        throw this.fault('a number');
    }
  }

  /** An integer from 0 to below `end`. */
  readUint(end: number): number {
    const value = this.readNumber();
    if (!Number.isInteger(value) || value < 0 || value >= end) {
      throw this.fault(`an integer from 0 to below ${end}, got ${value}`);
    }
    return value;
  }

  /** A copy: the chunk's own bytes are recycled. */
  readBytes(): Uint8Array {
    const marker = this.#peekMarker();
    if (marker < 0xc4 || marker > 0xc6) throw this.fault('bytes');
    const lengthBytes = this.#takeLength(marker - 0xc4);
    return new Uint8Array(this.#buffer.subarray(this.#advance(lengthBytes), this.position));
  }

  /** The bytes of an id, as hex. */
  readHex(): string {
    const marker = this.#peekMarker();
    if (marker < 0xc4 || marker > 0xc6) throw this.fault('the bytes of an id');
    const lengthBytes = this.#takeLength(marker - 0xc4);
    return this.#buffer.toString('hex', this.#advance(lengthBytes), this.position);
  }

  /** @returns How many elements follow; no more than there are bytes left. */
  readArrayHeader(): number {
    return this.#readCount(0x90, 0xdc, 1, 'an array');
  }

  /** @returns How many entries follow; no more than there is room for. */
  readMapHeader(): number {
    return this.#readCount(0x80, 0xde, 2, 'a map');
  }

  /** Reads the header of an array that has `count` elements. */
  expectArray(count: number, what: string): void {
    const actualCount = this.readArrayHeader();
    if (actualCount !== count) throw this.fault(`${what}, an array of ${count}, got one of ${actualCount}`);
  }

  /** Reads the header of a map that has `count` entries. */
  expectMap(count: number, what: string): void {
    const actualCount = this.readMapHeader();
    if (actualCount !== count) throw this.fault(`${what}, a map of ${count}, got one of ${actualCount}`);
  }

  readText(): string {
    const marker = this.#peekMarker();
    if (marker >= 0xa0 && marker < 0xc0) {
      this.position++;
      return this.#decodeUtf8(marker & 0x1f);
    }
    if (marker >= 0xd9 && marker <= 0xdb) return this.#decodeUtf8(this.#takeLength(marker - 0xd9));
    let lengthBytes: number;
    if (marker >= 0xc7 && marker <= 0xc9) lengthBytes = this.#takeLength(marker - 0xc7);
    else if (marker >= 0xd4 && marker <= 0xd8) {
      this.position++;
      lengthBytes = 1 << (marker - 0xd4);
    } else throw this.fault('text');
    const type = this.#view.getInt8(this.#advance(1));
    const start = this.#advance(lengthBytes);
    if (type === EXT_LATIN1) return this.#buffer.toString('latin1', start, this.position);
    // An odd length has a byte of padding before the text.
    if (type === EXT_UTF16) return this.#buffer.toString('utf16le', start + (lengthBytes & 1), this.position);
    throw this.fault(`an extension of type ${EXT_LATIN1} or ${EXT_UTF16}, got ${type}`);
  }

  /** The error of a value that is not what was expected here. */
  fault(expected: string): OffloopError {
    return new OffloopError('ERR_OFFLOOP_CHUNK_FORMAT', `Chunk, at byte ${this.position}: expected ${expected}`);
  }

  #readCount(fixMarker: number, marker16: number, elementMinBytes: number, expected: string): number {
    const marker = this.#peekMarker();
    let count: number;
    if ((marker & 0xf0) === fixMarker) {
      this.position++;
      count = marker & 0x0f;
    } else if (marker === marker16) count = this.#view.getUint16(this.#take(2));
    else if (marker === marker16 + 1) count = this.#view.getUint32(this.#take(4));
    else throw this.fault(expected);
    const leftBytes = this.#buffer.length - this.position;
    if (count * elementMinBytes > leftBytes)
      throw this.fault(`${expected} of ${count}, but ${leftBytes} bytes are left`);
    return count;
  }

  #decodeUtf8(lengthBytes: number): string {
    const start = this.#advance(lengthBytes);
    const buffer = this.#buffer;
    for (let index = start; index < this.position; index++) {
      if ((buffer[index] as number) > 0x7f) return utf8Decoder.decode(buffer.subarray(start, this.position));
    }
    return buffer.toString('latin1', start, this.position);
  }

  #peekMarker(): number {
    const marker = this.#buffer[this.position];
    if (marker === undefined) throw this.fault('a value, but the chunk ends');
    return marker;
  }

  /** Passes the marker and a length of 1, 2 or 4 bytes. */
  #takeLength(widthExponent: number): number {
    if (widthExponent === 0) return this.#view.getUint8(this.#take(1));
    if (widthExponent === 1) return this.#view.getUint16(this.#take(2));
    return this.#view.getUint32(this.#take(4));
  }

  /** Passes the marker and what follows it; returns where that starts. */
  #take(byteCount: number): number {
    this.position++;
    return this.#advance(byteCount);
  }

  #advance(byteCount: number): number {
    const start = this.position;
    if (start + byteCount > this.#buffer.length) {
      throw this.fault(`${byteCount} bytes, but ${this.#buffer.length - start} are left`);
    }
    this.position = start + byteCount;
    return start;
  }
}
