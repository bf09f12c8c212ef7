import { types } from 'node:util';
import { TAG_NULL, TAG_OBJECT } from './chunk-format.js';
import { MsgpackWriter } from './msgpack-writer.js';

/** Longer text is kept by reference: a string never changes, so only what can change is copied. */
const INLINE_MAX_LENGTH = 24;
/** A reader takes 100 levels. */
const MAX_DEPTH = 90;
/** What snapshots share; one that outgrows it gets a slab of its own. */
const SLAB_BYTES = 16 * 1024;
/** Begun with at least so much: what most snapshots take. */
const MIN_SLAB_BYTES = 1024;
const MAX_STRUCTURE_BYTES = 4 * 1024 * 1024;
/** As many as the header that is reserved for an object's entries can count. */
const MAX_KEY_COUNT = 0x7fff;
/** Values before it shows whether a snapshot pays. Fewer are written to the end: to start over would cost more. */
const TRIAL_VALUE_COUNT = 256;
/** Characters of text a value, from which a snapshot pays (docs/architecture.md). */
const WORTHWHILE_CHARACTERS = 100;
/** A number with a fraction counts for so many: to find its shortest digits is what takes JSON long. */
const FRACTION_CHARACTERS = 200;

const giveUp = new Error('JSON.stringify has to decide, or is cheaper');

const { isRawJSON } = JSON as { isRawJSON?: (value: unknown) => boolean };

/**
 * An object as `JSON.stringify` reads it at one moment: its structure as msgpack, and longer texts by reference. Takes
 * the place of its JSON text as an attribute's value.
 */
export class JsonSnapshot {
  readonly #slab: Uint8Array;
  readonly #start: number;
  readonly #end: number;
  /** Where the structure lacks a text, from its start. */
  readonly #textPositions: readonly number[];
  readonly #texts: readonly string[];
  /** False when `JSON.stringify` would most likely have been as cheap. */
  readonly isWorthwhile: boolean;

  constructor(walk: Walk) {
    this.#slab = walk.slab;
    this.#start = walk.start;
    this.#end = walk.writer.position;
    this.#textPositions = walk.textPositions;
    this.#texts = walk.texts;
    this.isWorthwhile = walk.isWorthwhile;
  }

  /** Writes one msgpack value, which stands for the object without referring to the chunk's strings. */
  write(writer: MsgpackWriter): void {
    let position = this.#start;
    for (let index = 0; index < this.#texts.length; index++) {
      const end = this.#start + (this.#textPositions[index] as number);
      writer.writeEncoded(this.#slab, position, end);
      writer.writeText(this.#texts[index] as string);
      position = end;
    }
    writer.writeEncoded(this.#slab, position, this.#end);
  }
}

/**
 * Takes a snapshot of an object; calls the getters and `toJSON` that `JSON.stringify` calls.
 *
 * @returns undefined where `JSON.stringify` has to decide (it throws, a value has no place in a snapshot) or is cheaper.
 * It then calls them once more.
 */
export function takeJsonSnapshot(value: object): JsonSnapshot | undefined {
  // A toJSON that itself captures something.
  if (walk.isUnderWay) return undefined;
  return walk.take(value);
}

/** One walk at a time; its slab is shared by the snapshots of several. */
class Walk {
  slab = new Uint8Array(0);
  start = 0;
  textPositions: number[] = [];
  texts: string[] = [];
  isUnderWay = false;
  readonly writer = new MsgpackWriter((byteCount) => this.#moveToNextSlab(byteCount));
  readonly #ancestors: object[] = [];
  #valueCount = 0;
  #characterCount = 0;

  get isWorthwhile(): boolean {
    return this.#characterCount >= this.#valueCount * WORTHWHILE_CHARACTERS;
  }

  take(value: object): JsonSnapshot | undefined {
    this.isUnderWay = true;
    this.start = this.writer.position;
    this.textPositions = [];
    this.texts = [];
    this.#valueCount = 0;
    this.#characterCount = 0;
    try {
      this.writer.ensure(MIN_SLAB_BYTES);
      if (this.#writeValue(value, '')) return new JsonSnapshot(this);
    } catch {
      // What JSON.stringify throws it will throw again.
    } finally {
      this.isUnderWay = false;
      this.#ancestors.length = 0;
    }
    this.writer.position = this.start;
    return undefined;
  }

  #moveToNextSlab(byteCount: number): void {
    const { writer, slab } = this;
    const writtenBytes = writer.position - this.start;
    const neededBytes = writtenBytes + byteCount;
    if (neededBytes > MAX_STRUCTURE_BYTES) throw giveUp;
    const next = new Uint8Array(Math.max(SLAB_BYTES, neededBytes * 2));
    next.set(slab.subarray(this.start, writer.position));
    this.slab = next;
    this.start = 0;
    writer.moveTo(next, next.length);
    writer.position = writtenBytes;
  }

  /** @returns false, with nothing written, for a value that JSON has no text for. */
  #writeValue(value: unknown, key: string | number): boolean {
    this.#valueCount++;
    switch (typeof value) {
      case 'string':
        this.#writeText(value);
        return true;
      case 'number':
        this.#writeNumber(value);
        return true;
      case 'boolean':
        this.writer.writeBoolean(value);
        return true;
      case 'object':
        if (value !== null) return this.#writeObject(value, key);
        this.#writeNull();
        return true;
      case 'function':
        if (typeof (value as { toJSON?: unknown }).toJSON === 'function') throw giveUp;
        return false;
      case 'bigint':
        throw giveUp;
      default:
        return false;
    }
  }

  #writeText(text: string): void {
    const { length } = text;
    if (length <= INLINE_MAX_LENGTH) {
      this.writer.writeText(text);
      return;
    }
    this.textPositions.push(this.writer.position - this.start);
    this.texts.push(text);
    this.#characterCount += length;
  }

  #writeNumber(value: number): void {
    if ((value | 0) !== value) this.#characterCount += FRACTION_CHARACTERS;
    this.writer.writeNumber(value);
  }

  #writeNull(): void {
    this.writer.writeTag(TAG_NULL);
    this.writer.writeNil();
  }

  #writeObject(value: object, key: string | number): boolean {
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON !== 'function') {
      this.#writeStructure(value);
      return true;
    }
    const json: unknown = toJSON.call(value, String(key));
    if (typeof json !== 'object' || json === null) return this.#writeValue(json, key);
    this.#writeStructure(json);
    return true;
  }

  #writeStructure(value: object): void {
    const ancestors = this.#ancestors;
    if (ancestors.length === MAX_DEPTH || ancestors.includes(value)) throw giveUp;
    if (this.#valueCount > TRIAL_VALUE_COUNT && !this.isWorthwhile) throw giveUp;
    ancestors.push(value);
    if (Array.isArray(value)) this.#writeArray(value);
    else {
      if (Object.getPrototypeOf(value) !== Object.prototype) expectOrdinary(value);
      this.#writeProperties(value as Record<string, unknown>);
    }
    ancestors.pop();
  }

  #writeArray(array: readonly unknown[]): void {
    const count = array.length;
    // Every element takes a byte or more: an array of a billion holes ends here.
    this.writer.ensure(count);
    this.writer.writeArrayHeader(count);
    for (let index = 0; index < count; index++) {
      if (!this.#writeValue(array[index], index)) this.#writeNull();
    }
  }

  #writeProperties(object: Record<string, unknown>): void {
    const { writer } = this;
    const keys = Object.keys(object);
    if (keys.length > MAX_KEY_COUNT) throw giveUp;
    writer.writeTag(TAG_OBJECT);
    // From the start, which moves with the slab.
    const headerOffset = writer.startArray() - this.start;
    let elementCount = 0;
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as string;
      const value = object[key];
      const keyOffset = writer.position - this.start;
      const textCount = this.texts.length;
      this.#writeText(key);
      if (startsWithDigit(key) && types.isProxy(object)) throw giveUp;
      if (this.#writeValue(value, key)) elementCount += 2;
      else {
        writer.position = this.start + keyOffset;
        this.texts.length = textCount;
        this.textPositions.length = textCount;
      }
    }
    writer.finishArray(this.start + headerOffset, elementCount);
  }
}

/** Boxed primitives and raw JSON are no objects to JSON. */
function expectOrdinary(value: object): void {
  if (types.isBoxedPrimitive(value) || isRawJSON?.(value)) throw giveUp;
}

/** A proxy may name its integer keys in an order that no object has when it is read again. */
function startsWithDigit(key: string): boolean {
  const code = key.charCodeAt(0);
  return code >= 0x30 && code <= 0x39;
}

const walk = new Walk();
