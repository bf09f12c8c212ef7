import { constants, type PerformanceEntry, PerformanceObserver, performance } from 'node:perf_hooks';
import type { CollectionKind } from './explanation.js';
import type { Collection } from './profile-record.js';

const KINDS: Readonly<Record<number, CollectionKind>> = {
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weak callbacks',
};

/** The types leave out what entries of this kind have beside the rest. */
type GcEntry = PerformanceEntry & { readonly detail: { readonly kind: number } };

/** The garbage collections of the process. */
export class CollectionLog {
  readonly #collections: Collection[] = [];
  readonly #observer = new PerformanceObserver((list) => this.#add(list.getEntries()));

  constructor() {
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  end(): readonly Collection[] {
    this.#add(this.#observer.takeRecords());
    this.#observer.disconnect();
    return this.#collections;
  }

  #add(entries: readonly PerformanceEntry[]): void {
    for (const { startTime, duration, detail } of entries as readonly GcEntry[]) {
      this.#collections.push({
        kind: KINDS[detail.kind] ?? 'major',
        startUnixMillis: performance.timeOrigin + startTime,
        durationMillis: duration,
      });
    }
  }
}
