import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type LoopDelaySnapshot, mergeLoopDelaySnapshots } from '../../loop-delay/loop-delay-snapshot.js';
import { parseLoopDelaySnapshot } from '../../loop-delay/parse-loop-delay-snapshot.js';
import { RECORD_SUFFIX, type ThreadRecord, writeAttachUrl } from '../../probe/thread-record.js';
import { GateError } from '../gate-error.js';
import { findWithin } from './arm-environment.js';
import { ConnectionLog, type Connections } from './connections.js';

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

export interface MeasuredWindow {
  readonly snapshot: LoopDelaySnapshot;
  /** Within the arm's folder, or absolute; several where several match `program`. */
  readonly script: string;
  /** False where a process that is measured came later than the window, or ended before it. */
  readonly isWholeWindow: boolean;
  readonly connections: Connections;
  /** Of several processes that match `program` the one that used most CPU time. */
  readonly busiest: ProcessWindow;
}

/** Which of a service's processes is measured. */
interface WantedProcess {
  /** All with this in the path of their script, each from the window's start to its end; null: the busiest with sockets. */
  readonly program: string | null;
  /** Where `program` is null: of those the one whose script it is, within the arm's folder or absolute. Null: any. */
  readonly script: string | null;
}

/** When a process was measured, by its own clock. */
export interface ProcessWindow {
  readonly pid: number;
  readonly startUnixMillis: number;
  readonly endUnixMillis: number;
}

interface MeasuredSecond {
  readonly pid: number;
  readonly script: string;
  readonly hasSockets: boolean;
  readonly snapshot: LoopDelaySnapshot;
}

/** Where the threads of one trial's service leave what the probe's preload measured. */
export class ProbeFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'offloop-gate-'));
  readonly #writeUrls: readonly ((folder: string) => URL)[];
  readonly #seconds: MeasuredSecond[] = [];
  readonly #connections = new ConnectionLog();
  readonly #read = new Set<string>();
  readonly #remove = (): void => {
    try {
      this.remove();
    } catch {
      // It must not change the exit code.
    }
  };
  #hasStarted = false;

  /** @param furtherPreloads given the folder, each writes the URL of a module that is preloaded after the probe */
  constructor(furtherPreloads: readonly ((folder: string) => URL)[] = []) {
    const writeProbeUrl = (folder: string) => writeAttachUrl({ folder, untilUnixMillis: Number.POSITIVE_INFINITY });
    this.#writeUrls = [writeProbeUrl, ...furtherPreloads];
    process.on('exit', this.#remove);
  }

  /** As a value of NODE_OPTIONS, after what is there already: a loader that the user preloads stays the first. */
  preload(options: string | null | undefined): string {
    const imports = this.#writeUrls.map((writeUrl) => `--import=${writeUrl(this.path).href}`);
    return [options ?? '', ...imports].join(' ').trim();
  }

  /**
   * What the service's main thread did in the window: of the wanted process, the one that used most CPU time. A record
   * belongs to the window in which it began, wherever it ends, so that a long block at the end is as likely to count as
   * a short one. The load must go on for a record longer than the window.
   *
   * @throws {GateError} when nothing was measured.
   */
  async readWindow(window: Window, wanted: WantedProcess, rootFolder: string): Promise<MeasuredWindow> {
    const giveUpMillis = performance.now() + LAST_RECORD_MILLIS;
    const lastStartUnixMillis = window.endUnixMillis - RECORD_INTERVAL_MILLIS;
    for (;;) {
      this.#readNew();
      // A thread leaves its first record when it starts: where there is none, none will come.
      const isOver = performance.now() > giveUpMillis || !this.#hasStarted;
      // In the window only: what starts a service may well use more CPU time than the service, but before.
      const inWindow = this.#seconds.filter(({ snapshot }) => snapshot.startedAtUnixMillis >= window.startUnixMillis);
      const chosen = chooseProcess(inWindow, wanted, rootFolder);
      const counted = chosen.filter(({ snapshot }) => snapshot.startedAtUnixMillis < lastStartUnixMillis);
      const begun = listPids([...counted, ...this.#listBegun(window, wanted, rootFolder)]);
      // Of each: the last record of one that is blocked just then comes later than the others', and has the block in it.
      const isComplete = this.#areMeasuredUntil(lastStartUnixMillis, begun);
      if (counted.length > 0 && (isComplete || isOver)) {
        const pids = wanted.program === null ? listPids(counted) : begun;
        return {
          snapshot: mergeLoopDelaySnapshots(counted.map(({ snapshot }) => snapshot)),
          script: describeScripts(counted, rootFolder),
          isWholeWindow:
            this.#areMeasuredUntil(lastStartUnixMillis, pids) &&
            [...pids].every((pid) => this.#isMeasuredFrom(window.startUnixMillis, pid, counted)),
          connections: this.#connections.read(pids),
          busiest: describeBusiest(counted),
        };
      }
      if (isOver) throw new GateError(this.#explainNothing(wanted, inWindow));
      await delay(POLL_INTERVAL_MILLIS);
    }
  }

  remove(): void {
    process.off('exit', this.#remove);
    rmSync(this.path, { recursive: true, force: true, maxRetries: 3 });
  }

  #readNew(): void {
    for (const name of readdirSync(this.path)) {
      if (!name.endsWith(RECORD_SUFFIX) || this.#read.has(name)) continue;
      this.#read.add(name);
      const record = JSON.parse(readFileSync(join(this.path, name), 'utf8')) as ThreadRecord;
      const { pid, threadId, argv, hasSockets, snapshot } = record;
      this.#hasStarted = true;
      this.#connections.add(record);
      if (threadId !== 0 || snapshot === null) continue;
      this.#seconds.push({ pid, script: argv[1] ?? '', hasSockets, snapshot: parseLoopDelaySnapshot(snapshot) });
    }
  }

  /** What reaches into the window of all that may be measured: one that is blocked there for long left no record since. */
  #listBegun({ startUnixMillis }: Window, wanted: WantedProcess, rootFolder: string): readonly MeasuredSecond[] {
    return listKnown(this.#seconds, wanted, rootFolder).filter(
      ({ hasSockets, snapshot }) =>
        (wanted.program !== null || hasSockets) &&
        snapshot.startedAtUnixMillis < startUnixMillis &&
        readEndUnixMillis(snapshot) >= startUnixMillis,
    );
  }

  #areMeasuredUntil(endUnixMillis: number, pids: ReadonlySet<number>): boolean {
    return [...pids].every((pid) =>
      this.#seconds.some((second) => second.pid === pid && readEndUnixMillis(second.snapshot) >= endUnixMillis),
    );
  }

  /** By a record that began before, whatever the process did then; but one that counts must have followed it. */
  #isMeasuredFrom(startUnixMillis: number, pid: number, counted: readonly MeasuredSecond[]): boolean {
    const hasBegun = this.#seconds.some(
      (second) => second.pid === pid && second.snapshot.startedAtUnixMillis <= startUnixMillis,
    );
    return hasBegun && counted.some((second) => second.pid === pid);
  }

  #explainNothing({ program, script }: WantedProcess, inWindow: readonly MeasuredSecond[]): string {
    if (!this.#hasStarted) {
      return 'the service was not measured: it started no Node.js process, or one older than 20.19, or clears NODE_OPTIONS';
    }
    const scripts = [...new Set(this.#seconds.map((second) => second.script))].join(', ');
    if (script !== null) return `of the service's processes (${scripts || 'without a script'}) none ran ${script}`;
    if (program === null && inWindow.length > 0) {
      return (
        `the service was not measured: of its Node.js processes (${scripts || 'without a script'}) none holds a server ` +
        'or a socket; if one of them drops NODE_OPTIONS start the service without it, otherwise name it in service.program'
      );
    }
    return program === null
      ? 'the service was not measured: none of its Node.js processes lived through the window'
      : `the service was not measured: service.program is '${program}', but what ran was: ${scripts || 'nothing'}`;
  }
}

function chooseProcess(
  seconds: readonly MeasuredSecond[],
  wanted: WantedProcess,
  rootFolder: string,
): readonly MeasuredSecond[] {
  const known = listKnown(seconds, wanted, rootFolder);
  if (wanted.program !== null) return known;
  // What only starts the service, as npm does, may be the one that is measured when the service itself drops the preload.
  return listProcesses(known).find((own) => own.filter(({ hasSockets }) => hasSockets).length * 2 >= own.length) ?? [];
}

function listKnown(
  seconds: readonly MeasuredSecond[],
  { program, script: wantedScript }: WantedProcess,
  rootFolder: string,
): readonly MeasuredSecond[] {
  if (program !== null) return seconds.filter(({ script }) => script.includes(program));
  return seconds.filter(({ script }) => wantedScript === null || nameScript(script, rootFolder) === wantedScript);
}

function listPids(seconds: readonly MeasuredSecond[]): ReadonlySet<number> {
  return new Set(seconds.map(({ pid }) => pid));
}

/** Busiest first. */
function listProcesses(seconds: readonly MeasuredSecond[]): (readonly MeasuredSecond[])[] {
  const processes = [...listPids(seconds)].map((pid) => seconds.filter((one) => one.pid === pid));
  return processes.toSorted((left, right) => sumBusyMillis(right) - sumBusyMillis(left));
}

function describeBusiest(seconds: readonly MeasuredSecond[]): ProcessWindow {
  const own = listProcesses(seconds)[0] ?? [];
  return {
    pid: own[0]?.pid ?? 0,
    startUnixMillis: Math.min(...own.map(({ snapshot }) => snapshot.startedAtUnixMillis)),
    endUnixMillis: Math.max(...own.map(({ snapshot }) => readEndUnixMillis(snapshot))),
  };
}

function readEndUnixMillis({ startedAtUnixMillis, durationMillis }: LoopDelaySnapshot): number {
  return startedAtUnixMillis + durationMillis;
}

function sumBusyMillis(seconds: readonly MeasuredSecond[]): number {
  return seconds.reduce((sum, { snapshot: { mainThreadCpuMillis, utilization, durationMillis } }) => {
    return sum + (mainThreadCpuMillis ?? utilization * durationMillis);
  }, 0);
}

function describeScripts(seconds: readonly MeasuredSecond[], rootFolder: string): string {
  return [...new Set(seconds.map(({ script }) => nameScript(script, rootFolder)))].sort().join(', ');
}

function nameScript(script: string, rootFolder: string): string {
  return script === '' ? script : (findWithin(rootFolder, script) ?? script);
}
