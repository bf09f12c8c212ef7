import { Buffer } from 'node:buffer';
import { MAX_NESTING_DEPTH, TAG_BIGINT, TAG_JSON, TAG_NULL, TAG_OBJECT, TAG_STRING } from '../src/wire/chunk-format.js';
import type { MsgpackReader } from '../src/wire/msgpack-reader.js';
import { readJsonText } from '../src/wire/value-reader.js';
import { foreseeBytes, SMALL_BYTES } from './foresee-bytes.js';
import {
  ANY_ARRAY,
  ANY_BOOL,
  ANY_BYTES,
  ANY_DOUBLE,
  ANY_INT,
  ANY_KEY_VALUE_LIST,
  ANY_STRING,
  ARRAY_VALUES,
  KEY_VALUE_KEY,
  KEY_VALUE_LIST_VALUES,
  KEY_VALUE_VALUE,
} from './otlp-fields.js';
import { parseId } from './parse-id.js';
import type { ProtobufWriter } from './protobuf-writer.js';
import { TextTranscoder } from './text-transcoder.js';
import type { Utf8Table } from './utf8-table.js';

const HEX_INTEGER = /^-?[0-9a-f]+$/;

/** The range of `int_value`; integers beyond it are a `double_value`. */
const MIN_INT = -(2 ** 63);
const INT_END = 2 ** 63;

/** Rewrites the values of a chunk as OTLP, and keeps the chunk's table of strings. */
export class ValueTranscoder {
  readonly #reader: MsgpackReader;
  readonly #bytes: Buffer;
  readonly #texts: TextTranscoder;
  readonly #writer: ProtobufWriter;

  /** @param bytes What `reader` reads. */
  constructor(reader: MsgpackReader, bytes: Buffer, table: Utf8Table, writer: ProtobufWriter) {
    this.#reader = reader;
    this.#bytes = bytes;
    this.#texts = new TextTranscoder(reader, bytes, table, writer);
    this.#writer = writer;
  }

  /** Entries as repeated `KeyValue`s; nothing for nil. */
  writeAttributes(tag: number): void {
    if (this.#reader.peek() === 'nil') this.#reader.readNil();
    else this.#writeEntries(tag, 0);
  }

  /** A string, or an empty one for a value that is none. */
  writeString(tag: number): void {
    const start = this.#writer.position;
    if (this.#tryWriteString(tag)) return;
    this.#writer.position = start;
    this.#writer.writeVarintField(tag, 0);
  }

  /** A string that is left out where it is empty, or no string. */
  writeOptionalString(tag: number): void {
    if (this.#reader.peek() === 'nil') {
      this.#reader.readNil();
      return;
    }
    const start = this.#writer.position;
    // The shortest string takes a tag, a length and a byte.
    if (!this.#tryWriteString(tag) || this.#writer.position - start < 3) this.#writer.position = start;
  }

  /**
   * An id: its bytes as they are, and a text that is no valid id as the official serializer reads it.
   *
   * @returns false for an empty one.
   */
  writeId(tag: number): boolean {
    if (this.#reader.peek() === 'bytes') return this.#writeBytes(tag) > 0;
    const text = this.#readString() ?? '';
    const id = parseId(text);
    this.#writer.writeBytesField(tag, id, 0, id.length);
    return text !== '';
  }

  /** The number that comes next, or undefined for anything else. */
  readNumber(): number | undefined {
    if (this.#reader.peek() === 'number') return this.#reader.readNumber();
    this.skip();
    return undefined;
  }

  /** Whether the value that comes next is true, or a number other than 0. */
  readFlag(): boolean {
    if (this.#reader.peek() === 'boolean') return this.#reader.readBoolean();
    return Boolean(this.readNumber());
  }

  /** Passes a value, and takes in the strings it defines. */
  skip(): void {
    if (this.#reader.peek() === 'nil') {
      this.#reader.readNil();
      return;
    }
    const start = this.#writer.position;
    this.#writeAnyValue(0);
    this.#writer.position = start;
  }

  /** @returns false for a value that is no string; it is passed all the same, and what it left behind is void. */
  #tryWriteString(tag: number): boolean {
    const kind = this.#reader.peek();
    if (kind === 'text') {
      this.#texts.writeText(tag);
      return true;
    }
    if (kind !== 'map') {
      this.skip();
      return false;
    }
    const mapTag = this.#readTag();
    if (mapTag === TAG_STRING) {
      this.#texts.writeReference(tag);
      return true;
    }
    if (mapTag >= 0) {
      this.#texts.writeDefinition(tag, mapTag);
      return true;
    }
    if (mapTag === TAG_JSON) {
      this.#writeJson(tag);
      return true;
    }
    this.#writeTagged(mapTag, 0);
    return false;
  }

  #readString(): string | undefined {
    const reader = this.#reader;
    const kind = reader.peek();
    if (kind === 'text') return reader.readText();
    const start = this.#writer.position;
    const mapTag = kind === 'map' ? this.#readTag() : undefined;
    let id: number | undefined;
    if (mapTag === TAG_JSON) return readJsonText(reader);
    if (mapTag === undefined) this.skip();
    else if (mapTag === TAG_STRING) id = this.#texts.writeReference(ANY_STRING);
    else {
      this.#writeTagged(mapTag, 0);
      if (mapTag >= 0) id = mapTag;
    }
    this.#writer.position = start;
    return id === undefined ? undefined : this.#texts.readDefined(id);
  }

  #writeEntries(tag: number, depth: number): void {
    const count = this.#reader.readArrayHeader();
    if (count % 2 !== 0) throw this.#reader.fault(`keys and values in pairs, got an array of ${count}`);
    for (let index = 0; index < count; index += 2) this.#writeKeyValue(tag, depth);
  }

  #writeKeyValue(tag: number, depth: number): void {
    const writer = this.#writer;
    let content = writer.startMessage(tag, SMALL_BYTES);
    this.#writeKey();
    const valueBytes = foreseeBytes(this.#bytes, this.#reader.position);
    // Only now, since what a value takes shows behind its key; so far only the key has to be moved.
    const bytes = writer.position - content + valueBytes;
    content = writer.foresee(content, SMALL_BYTES, bytes);
    const valueContent = writer.startMessage(KEY_VALUE_VALUE, valueBytes);
    this.#writeAnyValue(depth);
    writer.finishMessage(valueContent, valueBytes);
    writer.finishMessage(content, bytes);
  }

  #writeKey(): void {
    const kind = this.#reader.peek();
    if (kind === 'number') this.#texts.writeReference(KEY_VALUE_KEY);
    else if (kind === 'text') this.#texts.writeText(KEY_VALUE_KEY);
    else {
      const mapTag = kind === 'map' ? this.#readTag() : TAG_NULL;
      if (mapTag < 0) throw this.#reader.fault('a key');
      this.#texts.writeDefinition(KEY_VALUE_KEY, mapTag);
    }
  }

  /** An `AnyValue`; nothing for what OTLP has no value for. */
  #writeAnyValue(depth: number): void {
    const reader = this.#reader;
    const kind = reader.peek();
    switch (kind) {
      case 'text':
        this.#texts.writeText(ANY_STRING);
        return;
      case 'number':
        this.#writeNumber(reader.readNumber());
        return;
      case 'boolean':
        this.#writer.writeVarintField(ANY_BOOL, reader.readBoolean() ? 1 : 0);
        return;
      case 'map':
        this.#writeTagged(this.#readTag(), depth);
        return;
      case 'array':
        this.#writeArray(depth);
        return;
      case 'bytes':
        this.#writeBytes(ANY_BYTES);
        return;
      case 'nil':
        reader.readNil();
        return;
      default:
        throw reader.fault(`a value of a known kind, got ${kind satisfies never}`);
    }
  }

  #writeNumber(value: number): void {
    if (Number.isInteger(value) && value >= MIN_INT && value < INT_END) this.#writer.writeVarintField(ANY_INT, value);
    else this.#writer.writeDoubleField(ANY_DOUBLE, value);
  }

  #writeArray(depth: number): void {
    this.#checkDepth(depth);
    const writer = this.#writer;
    const bytes = foreseeBytes(this.#bytes, this.#reader.position);
    const content = writer.startMessage(ANY_ARRAY, bytes);
    const count = this.#reader.readArrayHeader();
    for (let index = 0; index < count; index++) {
      const itemBytes = foreseeBytes(this.#bytes, this.#reader.position);
      const item = writer.startMessage(ARRAY_VALUES, itemBytes);
      this.#writeAnyValue(depth + 1);
      writer.finishMessage(item, itemBytes);
    }
    writer.finishMessage(content, bytes);
  }

  #writeTagged(mapTag: number, depth: number): void {
    if (mapTag >= 0) {
      this.#texts.writeDefinition(ANY_STRING, mapTag);
      return;
    }
    switch (mapTag) {
      case TAG_STRING:
        this.#texts.writeReference(ANY_STRING);
        return;
      case TAG_OBJECT:
        this.#writeObject(depth);
        return;
      case TAG_BIGINT:
        if (!HEX_INTEGER.test(this.#reader.readText())) throw this.#reader.fault('a hexadecimal integer');
        return;
      case TAG_NULL:
        this.#reader.readNil();
        return;
      case TAG_JSON:
        this.#writeJson(ANY_STRING);
        return;
      default:
        throw this.#reader.fault(`a known tag, got ${mapTag}`);
    }
  }

  /** Text that the main thread left to be made here. */
  #writeJson(tag: number): void {
    const utf8 = Buffer.from(readJsonText(this.#reader));
    this.#writer.writeBytesField(tag, utf8, 0, utf8.length);
  }

  #writeObject(depth: number): void {
    this.#checkDepth(depth);
    const bytes = foreseeBytes(this.#bytes, this.#reader.position);
    const content = this.#writer.startMessage(ANY_KEY_VALUE_LIST, bytes);
    this.#writeEntries(KEY_VALUE_LIST_VALUES, depth + 1);
    this.#writer.finishMessage(content, bytes);
  }

  #readTag(): number {
    this.#reader.expectMap(1, 'a tagged value');
    return this.#reader.readNumber();
  }

  /** @returns How many bytes. */
  #writeBytes(tag: number): number {
    const reader = this.#reader;
    const { position } = reader;
    let start = position + 2;
    const end = start + (this.#bytes[position + 1] ?? 0);
    // What an id takes; anything else goes the way on which every length is checked, which copies the bytes.
    if (this.#bytes[position] === 0xc4 && end <= this.#bytes.length) reader.position = end;
    else start = -reader.readBytes().length + reader.position;
    this.#writer.writeBytesField(tag, this.#bytes, start, reader.position);
    return reader.position - start;
  }

  #checkDepth(depth: number): void {
    if (depth >= MAX_NESTING_DEPTH) throw this.#reader.fault(`at most ${MAX_NESTING_DEPTH} levels of nesting`);
  }
}
