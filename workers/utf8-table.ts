import { Buffer } from 'node:buffer';
import type { ProtobufWriter } from './protobuf-writer.js';

const START_BYTES = 16 * 1024;
/** A table that a chunk of odd strings has blown up to more than this is not kept for the next. */
const MAX_KEPT_BYTES = 1024 * 1024;

/** The strings a chunk has defined, as UTF-8: what repeats in a chunk is converted once. */
export class Utf8Table {
  #bytes = Buffer.allocUnsafeSlow(START_BYTES);
  #byteCount = 0;
  /** Where each string ends in the bytes; it starts where the one before ends. */
  readonly #ends: number[] = [];
  /** Where the chunk defines each string. */
  readonly #definitions: number[] = [];

  get stringCount(): number {
    return this.#ends.length;
  }

  clear(): void {
    this.#ends.length = 0;
    this.#definitions.length = 0;
    this.#byteCount = 0;
    if (this.#bytes.length > MAX_KEPT_BYTES) this.#bytes = Buffer.allocUnsafeSlow(START_BYTES);
  }

  /** Takes in the string that stands between `start` and `end` of `source`, and at `definition` in the chunk. */
  add(definition: number, source: Buffer, start: number, end: number): void {
    const byteCount = this.#byteCount + end - start;
    if (byteCount > this.#bytes.length) this.#growTo(byteCount);
    source.copy(this.#bytes, this.#byteCount, start, end);
    this.#byteCount = byteCount;
    this.#ends.push(byteCount);
    this.#definitions.push(definition);
  }

  /** @param id A number below {@link stringCount}. */
  writeField(tag: number, id: number, writer: ProtobufWriter): void {
    const start = id === 0 ? 0 : (this.#ends[id - 1] as number);
    writer.writeBytesField(tag, this.#bytes, start, this.#ends[id] as number);
  }

  /** Where in the chunk the text of a string is. */
  definitionOf(id: number): number {
    return this.#definitions[id] as number;
  }

  #growTo(byteCount: number): void {
    const bigger = Buffer.allocUnsafeSlow(Math.max(byteCount, this.#bytes.length * 2));
    this.#bytes.copy(bigger, 0, 0, this.#byteCount);
    this.#bytes = bigger;
  }
}
