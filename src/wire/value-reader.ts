import { MAX_NESTING_DEPTH, TAG_BIGINT, TAG_JSON, TAG_NULL, TAG_OBJECT, TAG_STRING } from './chunk-format.js';
import type { MsgpackReader } from './msgpack-reader.js';

const HEX_INTEGER = /^(-?)([0-9a-f]+)$/;

/** Attributes, or any object, as they come from a chunk. */
export type ReadObject = Record<string, unknown>;

/** Reads what {@link ValueWriter} writes, and keeps the chunk's table of strings. */
export class ValueReader {
  readonly #reader: MsgpackReader;
  readonly #isInJson: boolean;
  readonly #strings: string[] = [];

  /** @param isInJson Reads what stands for a JSON text, which has neither strings of a table nor such texts in it. */
  constructor(reader: MsgpackReader, isInJson = false) {
    this.#reader = reader;
    this.#isInJson = isInJson;
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
        this.#expectNotInJson(kind);
        reader.readNil();
        return undefined;
      case 'boolean':
        return reader.readBoolean();
      case 'number':
        return reader.readNumber();
      case 'text':
        return reader.readText();
      case 'bytes':
        this.#expectNotInJson(kind);
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
      case TAG_JSON:
        return readJsonText(this.#reader);
      default:
        throw this.#reader.fault(`a known tag, got ${tag}`);
    }
  }

  #readTag(): number {
    this.#reader.expectMap(1, 'a tagged value');
    const tag = this.#reader.readNumber();
    if (this.#isInJson && tag !== TAG_OBJECT && tag !== TAG_NULL) {
      throw this.#reader.fault(`an object or null in what stands for JSON, got the tag ${tag}`);
    }
    return tag;
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

  #expectNotInJson(kind: string): void {
    if (this.#isInJson) throw this.#reader.fault(`a value that JSON has a text for, got ${kind}`);
  }

  #checkDepth(depth: number): void {
    if (depth >= MAX_NESTING_DEPTH) throw this.#reader.fault(`at most ${MAX_NESTING_DEPTH} levels of nesting`);
  }
}

/**
 * Makes the JSON text that the value which comes next stands for. It neither defines strings nor refers to any, and
 * stands for no other such text in it.
 *
 * @throws {OffloopError} `ERR_OFFLOOP_CHUNK_FORMAT` for a value that JSON has no text for.
 */
export function readJsonText(reader: MsgpackReader): string {
  const value = new ValueReader(reader, true).read();
  try {
    return JSON.stringify(value);
  } catch {
    throw reader.fault('a value whose JSON text is no longer than a string may be');
  }
}

/** An ordinary assignment to this key would set the object's prototype. */
function defineProperty(object: ReadObject, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true });
}
