import { MAX_NESTING_DEPTH, TAG_BIGINT, TAG_NULL, TAG_OBJECT, TAG_STRING } from './chunk-format.js';
import type { MsgpackReader } from './msgpack-reader.js';

const HEX_INTEGER = /^(-?)([0-9a-f]+)$/;

/** Attributes, or any object, as they come from a chunk. */
export type ReadObject = Record<string, unknown>;

/** Reads what {@link ValueWriter} writes, and keeps the chunk's table of strings. */
export class ValueReader {
  readonly #reader: MsgpackReader;
  readonly #strings: string[] = [];

  constructor(reader: MsgpackReader) {
    this.#reader = reader;
  }

  /** Any value. */
  read(): unknown {
    return this.#read(0);
  }

  /** Keys and values in a flat array, or undefined for nil. */
  readAttributes(): ReadObject | undefined {
    if (this.#reader.peek() === 'nil') {
      this.#reader.readNil();
      return undefined;
    }
    return this.#readEntries(0);
  }

  #read(depth: number): unknown {
    const reader = this.#reader;
    const kind = reader.peek();
    switch (kind) {
      case 'nil':
        reader.readNil();
        return undefined;
      case 'boolean':
        return reader.readBoolean();
      case 'number':
        return reader.readNumber();
      case 'text':
        return reader.readText();
      case 'bytes':
        return reader.readBytes();
      case 'array':
        return this.#readArray(depth);
      case 'map':
        return this.#readTagged(depth);
      default:
        throw reader.fault(`a value of a known kind, got ${kind satisfies never}`);
    }
  }

  #readArray(depth: number): unknown[] {
    this.#checkDepth(depth);
    const count = this.#reader.readArrayHeader();
    const array: unknown[] = [];
    for (let index = 0; index < count; index++) array.push(this.#read(depth + 1));
    return array;
  }

  #readEntries(depth: number): ReadObject {
    const count = this.#reader.readArrayHeader();
    if (count % 2 !== 0) throw this.#reader.fault(`keys and values in pairs, got an array of ${count}`);
    const object: ReadObject = {};
    for (let index = 0; index < count; index += 2) {
      const key = this.#readKey();
      const value = this.#read(depth);
      if (key === '__proto__') defineProperty(object, key, value);
      else object[key] = value;
    }
    return object;
  }

  #readKey(): string {
    const kind = this.#reader.peek();
    if (kind === 'number') return this.#readReference();
    if (kind === 'text') return this.#reader.readText();
    if (kind === 'map') {
      const tag = this.#readTag();
      if (tag >= 0) return this.#readDefinition(tag);
    }
    throw this.#reader.fault('a key');
  }

  #readTagged(depth: number): unknown {
    const tag = this.#readTag();
    if (tag >= 0) return this.#readDefinition(tag);
    switch (tag) {
      case TAG_STRING:
        return this.#readReference();
      case TAG_OBJECT:
        this.#checkDepth(depth);
        return this.#readEntries(depth + 1);
      case TAG_BIGINT:
        return this.#readBigint();
      case TAG_NULL:
        this.#reader.readNil();
        return null;
      default:
        throw this.#reader.fault(`a known tag, got ${tag}`);
    }
  }

  #readTag(): number {
    this.#reader.expectMap(1, 'a tagged value');
    return this.#reader.readNumber();
  }

  #readReference(): string {
    return this.#strings[this.#reader.readUint(this.#strings.length)] as string;
  }

  #readDefinition(id: number): string {
    const nextId = this.#strings.length;
    if (id !== nextId) throw this.#reader.fault(`the definition of string ${nextId}, got ${id}`);
    const text = this.#reader.readText();
    this.#strings.push(text);
    return text;
  }

  #readBigint(): bigint {
    const text = this.#reader.readText();
    const [, sign, digits] = HEX_INTEGER.exec(text) ?? [];
    if (digits === undefined) throw this.#reader.fault('a hexadecimal integer');
    const magnitude = BigInt(`0x${digits}`);
    return sign === '-' ? -magnitude : magnitude;
  }

  #checkDepth(depth: number): void {
    if (depth >= MAX_NESTING_DEPTH) throw this.#reader.fault(`at most ${MAX_NESTING_DEPTH} levels of nesting`);
  }
}

/** An ordinary assignment to this key would set the object's prototype. */
function defineProperty(object: ReadObject, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true });
}
