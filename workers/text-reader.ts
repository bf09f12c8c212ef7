import { type Buffer, isUtf8 } from 'node:buffer';
import { EXT_LATIN1, EXT_UTF16 } from '../src/wire/chunk-format.js';
import type { MsgpackReader } from '../src/wire/msgpack-reader.js';
import type { TextForm } from './utf8.js';

/** Up to here a look at every byte is faster than the call into Node. */
const LOOP_MAX_BYTES = 32;

/** Finds where the texts of a chunk lie, without making strings of them. */
export class TextReader {
  readonly #reader: MsgpackReader;
  readonly #bytes: Buffer;
  /** Of the text read last: its form, and where it is in the chunk. */
  form: TextForm = 'utf8';
  start = 0;
  end = 0;

  /** @param bytes What `reader` reads. */
  constructor(reader: MsgpackReader, bytes: Buffer) {
    this.#reader = reader;
    this.#bytes = bytes;
  }

  /** Passes the text that comes next, of which nothing was read yet. */
  read(): void {
    const bytes = this.#bytes;
    const position = this.#reader.position;
    const marker = bytes[position] as number;
    if (marker >= 0xa0 && marker < 0xc0) this.#readUtf8(position + 1, marker & 0x1f);
    else if (marker >= 0xc7 && marker <= 0xc9) this.#readExt(position + 1, 1 << (marker - 0xc7));
    else if (marker >= 0xd4 && marker <= 0xd8) this.#readExtContent(position + 1, 1 << (marker - 0xd4));
    else if (marker >= 0xd9 && marker <= 0xdb) {
      const widthBytes = 1 << (marker - 0xd9);
      this.#readUtf8(position + 1 + widthBytes, this.#readLength(position + 1, widthBytes));
    } else throw this.#reader.fault('text');
  }

  #readExt(position: number, widthBytes: number): void {
    this.#readExtContent(position + widthBytes, this.#readLength(position, widthBytes));
  }

  #readExtContent(position: number, lengthBytes: number): void {
    this.#take(position + 1, lengthBytes);
    const type = this.#bytes.readInt8(position);
    if (type === EXT_LATIN1) this.form = 'latin1';
    else if (type === EXT_UTF16) {
      this.form = 'utf16';
      // An odd length has a byte of padding before the text.
      this.start += lengthBytes & 1;
    } else throw this.#reader.fault(`an extension of type ${EXT_LATIN1} or ${EXT_UTF16}, got ${type}`);
  }

  #readUtf8(position: number, lengthBytes: number): void {
    this.#take(position, lengthBytes);
    this.form = 'utf8';
    if (!this.#isValidUtf8()) throw this.#reader.fault('UTF-8 in a text of that form');
  }

  #isValidUtf8(): boolean {
    const { start, end } = this;
    if (end - start <= LOOP_MAX_BYTES) {
      let bits = 0;
      for (let index = start; index < end; index++) bits |= this.#bytes[index] as number;
      if (bits < 0x80) return true;
    }
    return isUtf8(this.#bytes.subarray(start, end));
  }

  #readLength(position: number, widthBytes: number): number {
    this.#expectBytes(position, widthBytes);
    return this.#bytes.readUIntBE(position, widthBytes);
  }

  #take(start: number, lengthBytes: number): void {
    this.#expectBytes(start, lengthBytes);
    this.start = start;
    this.end = start + lengthBytes;
    this.#reader.position = this.end;
  }

  #expectBytes(start: number, byteCount: number): void {
    const leftBytes = this.#bytes.length - start;
    if (byteCount > leftBytes) throw this.#reader.fault(`${byteCount} bytes of text, but ${leftBytes} are left`);
  }
}
