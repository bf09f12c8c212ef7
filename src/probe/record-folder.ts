import { mkdtempSync, readdirSync, readFileSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoopDelaySnapshot, mergeLoopDelaySnapshots } from '../loop-delay/loop-delay-snapshot.js';
import { parseLoopDelaySnapshot } from '../loop-delay/parse-loop-delay-snapshot.js';
import { RECORD_SUFFIX, type ThreadRecord } from './thread-record.js';

/** One event loop of the program, with all that is known of it so far. */
export interface ProbedThread {
  readonly pid: number;
  /** 0 is a process's main thread. */
  readonly threadId: number;
  readonly argv: readonly string[];
  /** Null for a thread that ended before its first second was over, without an exit handler. */
  readonly snapshot: LoopDelaySnapshot | null;
}

/** Where the program's threads leave their records. What was read is deleted, so that it never holds much. */
export class RecordFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'offloop-probe-'));
  readonly #threads = new Map<string, ProbedThread>();

  /** In the order in which they were first heard of. */
  readThreads(): readonly ProbedThread[] {
    for (const name of this.#listRecords()) {
      const path = join(this.path, name);
      this.#add(JSON.parse(readFileSync(path, 'utf8')) as ThreadRecord);
      unlinkSync(path);
    }
    return [...this.#threads.values()];
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 3 });
  }

  #listRecords(): string[] {
    const readNumbers = (name: string): number[] => name.slice(0, -RECORD_SUFFIX.length).split('-').map(Number);
    return readdirSync(this.path)
      .filter((name) => name.endsWith(RECORD_SUFFIX))
      .sort((left, right) => {
        const [others, own] = [readNumbers(right), readNumbers(left)];
        return own.map((number, index) => number - (others[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
      });
  }

  #add({ pid, threadId, argv, snapshot }: ThreadRecord): void {
    const key = `${pid}-${threadId}`;
    const known = this.#threads.get(key)?.snapshot;
    const added = snapshot && parseLoopDelaySnapshot(snapshot);
    const merged = known && added ? mergeLoopDelaySnapshots([known, added]) : (added ?? known ?? null);
    this.#threads.set(key, { pid, threadId, argv, snapshot: merged });
  }
}
