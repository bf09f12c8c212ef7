import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type LoopDelaySnapshot, mergeLoopDelaySnapshots } from '../../loop-delay/loop-delay-snapshot.js';
import { parseLoopDelaySnapshot } from '../../loop-delay/parse-loop-delay-snapshot.js';
import { RECORD_SUFFIX, type ThreadRecord, writeAttachUrl } from '../../probe/thread-record.js';
import { GateError } from '../gate-error.js';

/** In Unix time. */
export interface Window {
  readonly startUnixMillis: number;
  readonly endUnixMillis: number;
}

/** The probe's threads leave a record each second, later when the loop is blocked just then. */
const RECORD_INTERVAL_MILLIS = 1_000;
/** How long the last record of the window may take to come; a loop that is blocked longer is given up on. */
const LAST_RECORD_MILLIS = 10_000;
const POLL_INTERVAL_MILLIS = 20;

interface MeasuredSecond {
  readonly pid: number;
  readonly script: string;
  readonly snapshot: LoopDelaySnapshot;
}

/** Where the threads of one trial's service leave what the probe's preload measured. */
export class ProbeFolder {
  readonly #path = mkdtempSync(join(tmpdir(), 'offloop-gate-'));
  readonly #seconds: MeasuredSecond[] = [];
  readonly #read = new Set<string>();
  readonly #remove = (): void => this.remove();
  #hasStarted = false;

  constructor() {
    process.on('exit', this.#remove);
  }

  /** As a value of NODE_OPTIONS, after what is there already: a loader that the user preloads stays the first. */
  preload(options: string | null | undefined): string {
    const url = writeAttachUrl({ folder: this.#path, untilUnixMillis: Number.POSITIVE_INFINITY });
    return `${options ?? ''} --import=${url.href}`.trim();
  }

  /**
   * What the service's main thread did in the window: of the script with `program` in its path, otherwise of the process
   * that used most CPU time. A record belongs to the window in which it began, wherever it ends, so that a long block at
   * the end is as likely to count as a short one. The load must go on for a record longer than the window.
   *
   * @throws {GateError} when nothing was measured.
   */
  async readWindow(window: Window, program: string | null): Promise<LoopDelaySnapshot> {
    const giveUpMillis = performance.now() + LAST_RECORD_MILLIS;
    const lastStartUnixMillis = window.endUnixMillis - RECORD_INTERVAL_MILLIS;
    for (;;) {
      this.#readNew();
      // A thread leaves its first record when it starts: where there is none, none will come.
      const isOver = performance.now() > giveUpMillis || !this.#hasStarted;
      // In the window only: what starts a service may well use more CPU time than the service, but before.
      const inWindow = this.#seconds.filter(({ snapshot }) => snapshot.startedAtUnixMillis >= window.startUnixMillis);
      const chosen = chooseProcess(inWindow, program);
      const counted = chosen.filter(({ snapshot }) => snapshot.startedAtUnixMillis < lastStartUnixMillis);
      const isComplete = chosen.some(
        ({ snapshot }) => snapshot.startedAtUnixMillis + snapshot.durationMillis >= lastStartUnixMillis,
      );
      if (counted.length > 0 && (isComplete || isOver)) {
        return mergeLoopDelaySnapshots(counted.map(({ snapshot }) => snapshot));
      }
      if (isOver) throw new GateError(this.#explainNothing(program));
      await delay(POLL_INTERVAL_MILLIS);
    }
  }

  remove(): void {
    process.off('exit', this.#remove);
    rmSync(this.#path, { recursive: true, force: true, maxRetries: 3 });
  }

  #readNew(): void {
    for (const name of readdirSync(this.#path)) {
      if (!name.endsWith(RECORD_SUFFIX) || this.#read.has(name)) continue;
      this.#read.add(name);
      const { pid, threadId, argv, snapshot } = JSON.parse(
        readFileSync(join(this.#path, name), 'utf8'),
      ) as ThreadRecord;
      this.#hasStarted = true;
      if (threadId !== 0 || snapshot === null) continue;
      this.#seconds.push({ pid, script: argv[1] ?? '', snapshot: parseLoopDelaySnapshot(snapshot) });
    }
  }

  #explainNothing(program: string | null): string {
    if (!this.#hasStarted) {
      return 'the service was not measured: it started no Node.js process, or one older than 20.19, or clears NODE_OPTIONS';
    }
    const scripts = [...new Set(this.#seconds.map(({ script }) => script))].join(', ');
    return program === null
      ? 'the service was not measured: none of its Node.js processes lived through the window'
      : `the service was not measured: service.program is '${program}', but what ran was: ${scripts || 'nothing'}`;
  }
}

function chooseProcess(seconds: readonly MeasuredSecond[], program: string | null): readonly MeasuredSecond[] {
  if (program !== null) return seconds.filter(({ script }) => script.includes(program));
  const busyMillis = new Map<number, number>();
  for (const { pid, snapshot } of seconds) {
    const { mainThreadCpuMillis, utilization, durationMillis } = snapshot;
    busyMillis.set(pid, (busyMillis.get(pid) ?? 0) + (mainThreadCpuMillis ?? utilization * durationMillis));
  }
  const [busiest] = [...busyMillis].sort(([, left], [, right]) => right - left);
  return seconds.filter(({ pid }) => pid === busiest?.[0]);
}
