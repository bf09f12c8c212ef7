import { TAG_STRING } from './chunk-format.js';
import type { MsgpackWriter } from './msgpack-writer.js';

/** Longer strings are written where they stand: they seldom repeat, and the table outlives the chunk. */
const MAX_STRING_LENGTH = 128;
/** Longer attribute values are seldom one of a few. */
const MAX_VALUE_LENGTH = 40;
/** Strings kept from chunk to chunk, before all are forgotten: bounds memory when names carry ids. */
const MAX_STRING_COUNT = 4096;
/** How many values in a row may be new before a key counts as one whose values do not repeat, for the rest of the chunk. */
const VALUE_CREDIT = 8;
/** The same in the chunk after that: to remember a value costs as much as to write three. */
const SECOND_VALUE_CREDIT = 2;

const NOT_DEFINED = 0;

/** A string seen before, and the number it has in the chunk of that generation. */
class TableString {
  readonly text: string;
  generation = NOT_DEFINED;
  id = 0;
  /** For an attribute key: how many more new values it may bring. */
  valueCredit = VALUE_CREDIT;
  /** The name or key that came after this one the last time. */
  next: TableString | undefined;
  /** For an attribute key: the last of its values that repeat. */
  lastValue: TableString | undefined;

  constructor(text: string) {
    this.text = text;
  }
}

/** How an attribute's value looks up its own key's record. */
export type AttributeKey = TableString;

/**
 * Writes strings that repeat as numbers: the first time in a chunk as a definition, then as a reference.
 *
 * The strings are remembered beyond the chunk, their numbers are not: a new generation makes them void, so that a new
 * chunk costs nothing.
 */
export class StringTable {
  readonly #writer: MsgpackWriter;
  readonly #maxStringCount: number;
  readonly #strings = new Map<string, TableString>();
  /** In the order of their numbers; only the first `definedCount` hold in the open chunk. */
  readonly #defined: TableString[] = [];
  #generation = NOT_DEFINED;
  #definedCount = 0;
  /** The name or key written last: they mostly come in one order, so the next one is foreseen without a look-up. */
  #previous = new TableString('');

  /** @param maxStringCount Strings remembered at most; 0 writes every string where it stands. */
  constructor(writer: MsgpackWriter, maxStringCount: number = MAX_STRING_COUNT) {
    this.#writer = writer;
    this.#maxStringCount = maxStringCount;
  }

  /** How many strings the open chunk defines so far. */
  get definedCount(): number {
    return this.#definedCount;
  }

  /** Voids every number. */
  startChunk(): void {
    this.#generation++;
    this.#definedCount = 0;
    if (this.#strings.size >= this.#maxStringCount) {
      this.#strings.clear();
      this.#defined.length = 0;
      this.#previous = new TableString('');
    }
  }

  /** Takes back the definitions made since `definedCount` had this value. */
  rollBack(definedCount: number): void {
    for (let id = definedCount; id < this.#definedCount; id++) {
      const string = this.#defined[id];
      if (string !== undefined) string.generation = NOT_DEFINED;
    }
    this.#definedCount = definedCount;
  }

  /** Writes an attribute key; what it returns goes to {@link writeAttributeText} with the value. */
  writeKey(key: string): AttributeKey | undefined {
    const string = this.#follow(key);
    if (string === undefined) this.#writer.writeText(key);
    else if (string.generation === this.#generation) this.#writer.writeUint(string.id);
    else this.#define(string);
    return string;
  }

  /** Writes a name: a string that most likely repeats, where any value may stand. */
  writeName(name: string): void {
    const string = this.#follow(name);
    if (string === undefined) this.#writer.writeText(name);
    else if (string.generation === this.#generation) this.#writeReference(string);
    else this.#define(string);
  }

  /** Writes an attribute's string: by number if it is short and the key's values were seen to repeat. */
  writeAttributeText(key: AttributeKey | undefined, text: string): void {
    if (key === undefined || text.length > MAX_VALUE_LENGTH || key.valueCredit === 0) {
      this.#writer.writeText(text);
      return;
    }
    const last = key.lastValue;
    const string = last !== undefined && last.text === text ? last : this.#find(text);
    if (string !== undefined && string.generation === this.#generation) {
      if (key.valueCredit < VALUE_CREDIT) key.valueCredit++;
      if (string !== last) key.lastValue = string;
      this.#writeReference(string);
      return;
    }
    key.valueCredit--;
    if (string === undefined) this.#writer.writeText(text);
    else this.#define(string);
  }

  /** The string of a name or key, which mostly comes after the one that it came after the last time. */
  #follow(text: string): TableString | undefined {
    const previous = this.#previous;
    const foreseen = previous.next;
    if (foreseen !== undefined && foreseen.text === text) {
      this.#previous = foreseen;
      return foreseen;
    }
    const string = this.#find(text);
    if (string === undefined) return undefined;
    previous.next = string;
    this.#previous = string;
    return string;
  }

  #writeReference(string: TableString): void {
    this.#writer.writeTaggedUint(TAG_STRING, string.id);
  }

  #define(string: TableString): void {
    const id = this.#definedCount;
    this.#writer.writeTag(id);
    this.#writer.writeText(string.text);
    this.#definedCount = id + 1;
    this.#defined[id] = string;
    string.id = id;
    string.generation = this.#generation;
    string.valueCredit = string.valueCredit === 0 ? SECOND_VALUE_CREDIT : VALUE_CREDIT;
  }

  /** The string as it is remembered; undefined when it is too long for that, or there are too many. */
  #find(text: string): TableString | undefined {
    return this.#strings.get(text) ?? this.#remember(text);
  }

  #remember(text: string): TableString | undefined {
    if (text.length > MAX_STRING_LENGTH || this.#strings.size >= this.#maxStringCount) return undefined;
    const string = new TableString(internText(text));
    this.#strings.set(string.text, string);
    return string;
  }
}

/**
 * The engine's own copy of a text: a slice would keep the whole text it was cut from in memory, and the copy is the very
 * string that property keys and literals are, so that comparing them takes one step.
 */
function internText(text: string): string {
  const keys: Record<string, boolean> = Object.create(null);
  keys[text] = true;
  for (const key in keys) return key;
  return text;
}
