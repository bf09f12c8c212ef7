import { MAX_NESTING_DEPTH, TAG_BIGINT, TAG_JSON, TAG_NULL, TAG_OBJECT } from './chunk-format.js';
import { isOverflow } from './chunk-overflow.js';
import { JsonSnapshot } from './json-snapshot.js';
import type { MsgpackWriter } from './msgpack-writer.js';
import { areShort, shortForm } from './short-form.js';
import type { StringTable } from './string-table.js';

const hasOwn = Object.prototype.hasOwnProperty;

/** Writes attributes and any other JavaScript value the way the official transformer would read them. */
export class ValueWriter {
  readonly #writer: MsgpackWriter;
  readonly #strings: StringTable;

  constructor(writer: MsgpackWriter, strings: StringTable) {
    this.#writer = writer;
    this.#strings = strings;
  }

  /**
   * Writes an object's own enumerable properties as a flat array of keys and values; nil when there is no object.
   *
   * @returns How many attributes were left out because their value can't be read: a getter throws, or the value nests
   * deeper than {@link MAX_NESTING_DEPTH}, as a cycle does.
   */
  writeAttributes(attributes: unknown): number {
    if (typeof attributes !== 'object' || attributes === null) {
      this.#writer.writeNil();
      return 0;
    }
    const writer = this.#writer;
    const strings = this.#strings;
    const headerPosition = writer.startArray();
    let elementCount = 0;
    let droppedCount = 0;
    for (const name in attributes) {
      if (!hasOwn.call(attributes, name)) continue;
      const startPosition = writer.position;
      const definedCount = strings.definedCount;
      try {
        const value: unknown = (attributes as Record<string, unknown>)[name];
        const key = strings.writeKey(name);
        if (typeof value === 'string') strings.writeAttributeText(key, value);
        else if (typeof value === 'number') writer.writeNumber(value);
        else this.#write(value, 0);
        elementCount += 2;
      } catch (error) {
        if (isOverflow(error)) throw error;
        writer.position = startPosition;
        strings.rollBack(definedCount);
        droppedCount++;
      }
    }
    writer.finishArray(headerPosition, elementCount);
    return droppedCount;
  }

  /** Writes any value. Throws what the value's own code throws, and a RangeError where it nests too deep. */
  write(value: unknown): void {
    if (typeof value === 'number') this.#writer.writeNumber(value);
    else this.#write(value, 0);
  }

  /** Writes three values, which mostly take a byte each. */
  writeThree(first: unknown, second: unknown, third: unknown): void {
    const a = shortForm(first);
    const b = shortForm(second);
    const c = shortForm(third);
    if (areShort(a | b | c)) {
      this.#writer.writeShorts(a, b, c);
      return;
    }
    this.write(first);
    this.write(second);
    this.write(third);
  }

  #write(value: unknown, depth: number): void {
    const writer = this.#writer;
    switch (typeof value) {
      case 'string':
        writer.writeText(value);
        return;
      case 'number':
        writer.writeNumber(value);
        return;
      case 'boolean':
        writer.writeBoolean(value);
        return;
      case 'object':
        this.#writeObject(value, depth);
        return;
      case 'bigint':
        writer.writeTag(TAG_BIGINT);
        // Hexadecimal: a decimal of a million digits takes seconds to make and to read.
        writer.writeText(value.toString(16));
        return;
      default:
        // undefined, and symbols and functions, which have no value outside the process and none in OTLP.
        writer.writeNil();
    }
  }

  #writeObject(value: object | null, depth: number): void {
    const writer = this.#writer;
    if (value === null) {
      writer.writeTag(TAG_NULL);
      writer.writeNil();
      return;
    }
    const isArray = Array.isArray(value);
    if (!isArray && value instanceof Uint8Array) {
      writer.writeBytes(value);
      return;
    }
    if (depth === MAX_NESTING_DEPTH) throw new RangeError(`An attribute nests deeper than ${MAX_NESTING_DEPTH} levels`);
    if (isArray) {
      const count = value.length;
      // Every element takes a byte or more: an array of a billion holes is refused here, not after a second's work.
      writer.ensure(count);
      writer.writeArrayHeader(count);
      for (let index = 0; index < count; index++) this.#write(value[index], depth + 1);
      return;
    }
    if (value instanceof JsonSnapshot) {
      writer.writeTag(TAG_JSON);
      value.write(writer);
      return;
    }
    writer.writeTag(TAG_OBJECT);
    const headerPosition = writer.startArray();
    let elementCount = 0;
    for (const name in value) {
      if (!hasOwn.call(value, name)) continue;
      this.#strings.writeKey(name);
      this.#write((value as Record<string, unknown>)[name], depth + 1);
      elementCount += 2;
    }
    writer.finishArray(headerPosition, elementCount);
  }
}
