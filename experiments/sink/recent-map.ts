/**
 * A map that forgets its oldest entries rather than grow past a bound.
 *
 * Two generations take turns: when the young one holds half the bound, the old one is forgotten whole. Deleting
 * single entries from the front of a Map would cost a walk over the holes left by those deleted before.
 */
export class RecentMap<Value> {
  readonly #generationCapacity: number;
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();
  #forgottenCount = 0;

  constructor(maxEntryCount: number) {
    this.#generationCapacity = Math.max(1, Math.floor(maxEntryCount / 2));
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** How many entries were dropped to stay within the bound. */
  get forgottenCount(): number {
    return this.#forgottenCount;
  }

  get(key: string): Value | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  set(key: string, value: Value): void {
    this.#old.delete(key);
    if (!this.#young.has(key) && this.#young.size >= this.#generationCapacity) {
      this.#forgottenCount += this.#old.size;
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }

  *values(): Generator<Value> {
    yield* this.#old.values();
    yield* this.#young.values();
  }

  *entries(): Generator<[string, Value]> {
    yield* this.#old.entries();
    yield* this.#young.entries();
  }
}
