import type { Buffer } from 'node:buffer';
import type { MsgpackReader } from '../src/wire/msgpack-reader.js';
import type { ProtobufWriter } from './protobuf-writer.js';
import { TextReader } from './text-reader.js';
import type { Utf8Table } from './utf8-table.js';

/** Rewrites texts of a chunk, and references to its table of strings, as fields in UTF-8. */
export class TextTranscoder {
  readonly #reader: MsgpackReader;
  readonly #bytes: Buffer;
  readonly #texts: TextReader;
  readonly #table: Utf8Table;
  readonly #writer: ProtobufWriter;

  /** @param bytes What `reader` reads. */
  constructor(reader: MsgpackReader, bytes: Buffer, table: Utf8Table, writer: ProtobufWriter) {
    this.#reader = reader;
    this.#bytes = bytes;
    this.#texts = new TextReader(reader, bytes);
    this.#table = table;
    this.#writer = writer;
  }

  /** @returns Where the UTF-8 starts. */
  writeText(tag: number): number {
    const texts = this.#texts;
    texts.read();
    return this.#writer.writeTextField(tag, texts.form, this.#bytes, texts.start, texts.end);
  }

  /** Writes the string whose number comes next, which it returns. */
  writeReference(tag: number): number {
    const id = this.#reader.readUint(this.#table.stringCount);
    this.#table.writeField(tag, id, this.#writer);
    return id;
  }

  /** Writes the text that comes next, and takes it in as string `id`. */
  writeDefinition(tag: number, id: number): void {
    const nextId = this.#table.stringCount;
    if (id !== nextId) throw this.#reader.fault(`the definition of string ${nextId}, got ${id}`);
    const definition = this.#reader.position;
    const content = this.writeText(tag);
    this.#table.add(definition, this.#writer.buffer, content, this.#writer.position);
  }

  /** The characters of a string, lone surrogates included, which its UTF-8 has not. */
  readDefined(id: number): string {
    const reader = this.#reader;
    const { position } = reader;
    reader.position = this.#table.definitionOf(id);
    const text = reader.readText();
    reader.position = position;
    return text;
  }
}
