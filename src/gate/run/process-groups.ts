import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Environment } from '../config/gate-config.js';
import { endProcessGroup, GROUP_SPAWN_OPTIONS } from './end-process-group.js';
import { isGroupAlive } from './living-group.js';
import type { GuardCommand, GuardReply } from './process-guard.js';

export interface GroupOptions {
  /** For the shell. */
  readonly command: string;
  readonly workingDirectory: string;
  /** Over the gate's own; null takes a variable out. */
  readonly env: Environment;
  /** What the command prints, standard output and error alike. */
  readonly onOutput: (text: string) => void;
}

export interface GroupEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Between SIGTERM and SIGKILL. */
const END_GRACE_MILLIS = 5_000;
/** The kernel takes a killed process away soon; past this it is not ours to wait for. */
const KILL_GRACE_MILLIS = 2_000;
/** What a command printed last may come after its end. */
const LAST_OUTPUT_MILLIS = 500;
const POLL_INTERVAL_MILLIS = 10;

/**
 * Becomes the command once a line has come to its fourth descriptor, and ends when none will: a gate that is killed while
 * it starts a command can't tell the guard of it any more.
 */
const LATCHED_SHELL = ['-c', 'read -r go <&3 && exec 3<&- && exec /bin/sh -c "$1"', '/bin/sh'];
const LATCH_DESCRIPTOR = 3;

/** A command with everything it starts. */
export class ProcessGroup {
  /** When the command itself ends; what it started may live on. Never rejects. */
  readonly ended: Promise<GroupEnd>;
  readonly #groupId: number | undefined;
  readonly #release: (groupId: number) => void;

  constructor(child: ChildProcess, release: (groupId: number) => void) {
    this.#groupId = child.pid;
    this.#release = release;
    this.ended = new Promise((resolve) => {
      child.once('error', () => resolve({ exitCode: 127, signal: null }));
      // What the command started may hold its output open for as long as it likes.
      child.once('exit', (exitCode, signal) => {
        const timer = setTimeout(() => resolve({ exitCode, signal }), LAST_OUTPUT_MILLIS);
        child.once('close', () => {
          clearTimeout(timer);
          resolve({ exitCode, signal });
        });
      });
    });
  }

  /** Resolves once no process of the group is left: asked to end, then killed. */
  async end(): Promise<void> {
    const groupId = this.#groupId;
    if (groupId === undefined) return;
    endProcessGroup(groupId, 'SIGTERM');
    if (!(await waitUntilGone(groupId, END_GRACE_MILLIS))) {
      endProcessGroup(groupId, 'SIGKILL');
      await waitUntilGone(groupId, KILL_GRACE_MILLIS);
    }
    this.#release(groupId);
  }
}

/** Every process that the gate starts. None of them outlives it, however it ends. */
export class ProcessGroups {
  readonly #groupIds = new Set<number>();
  readonly #guard: ChildProcess;
  /** Of commands that the guard does not know of yet, by group. */
  readonly #latches = new Map<number, () => void>();
  readonly #killAll = (): void => {
    for (const groupId of this.#groupIds) endProcessGroup(groupId, 'SIGKILL');
  };

  constructor() {
    // Out of the terminal's group: Ctrl-C must not reach it.
    this.#guard = fork(fileURLToPath(new URL('./process-guard.js', import.meta.url)), {
      ...GROUP_SPAWN_OPTIONS,
      execArgv: [],
      env: withoutPreloads(),
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#guard.on('error', () => {});
    this.#guard.on('message', ({ groupId }: GuardReply) => this.#openLatch(groupId));
    // Without a guard commands run all the same.
    this.#guard.on('disconnect', () => {
      for (const groupId of this.#latches.keys()) this.#openLatch(groupId);
    });
    this.#guard.unref();
    this.#guard.channel?.unref();
    process.on('exit', this.#killAll);
  }

  start({ command, workingDirectory, env, onOutput }: GroupOptions): ProcessGroup {
    const options = { ...GROUP_SPAWN_OPTIONS, cwd: workingDirectory, env: mergeEnvironment(env) };
    const child =
      process.platform === 'win32'
        ? spawn(command, { ...options, shell: true, stdio: ['ignore', 'pipe', 'pipe'] })
        : spawn('/bin/sh', [...LATCHED_SHELL, command], { ...options, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', onOutput);
    if (child.pid !== undefined) this.#latches.set(child.pid, () => openLatch(child));
    return this.#watch(child);
  }

  /** A process of the gate's own, with a channel; it must end when that closes. */
  startOwn(moduleUrl: URL): { readonly group: ProcessGroup; readonly child: ChildProcess } {
    const child = fork(fileURLToPath(moduleUrl), {
      ...GROUP_SPAWN_OPTIONS,
      execArgv: [],
      env: withoutPreloads(),
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    return { group: this.#watch(child), child };
  }

  /** Every group must have been ended before. */
  async close(): Promise<void> {
    process.off('exit', this.#killAll);
    if (!this.#guard.connected) return;
    const ended = once(this.#guard, 'exit');
    this.#guard.ref();
    this.#guard.disconnect();
    await ended;
  }

  #watch(child: ChildProcess): ProcessGroup {
    const { pid } = child;
    if (pid !== undefined) {
      this.#groupIds.add(pid);
      this.#tellGuard({ type: 'watch', groupId: pid });
    }
    return new ProcessGroup(child, (groupId) => {
      this.#groupIds.delete(groupId);
      this.#tellGuard({ type: 'release', groupId });
    });
  }

  #openLatch(groupId: number): void {
    this.#latches.get(groupId)?.();
    this.#latches.delete(groupId);
  }

  #tellGuard(command: GuardCommand): void {
    if (this.#guard.connected) this.#guard.send(command, () => {});
    else this.#openLatch(command.groupId);
  }
}

function openLatch({ stdio }: ChildProcess): void {
  const latch = stdio[LATCH_DESCRIPTOR] as Writable | null | undefined;
  // It may have ended already.
  latch?.on('error', () => {}).end('\n', () => latch.destroy());
}

/** The gate's own, for what measures or loads: nobody's preload may run in it. */
function withoutPreloads(): NodeJS.ProcessEnv {
  return mergeEnvironment({ NODE_OPTIONS: null });
}

function mergeEnvironment(env: Environment): NodeJS.ProcessEnv {
  const merged = Object.entries({ ...process.env, ...env });
  return Object.fromEntries(merged.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

async function waitUntilGone(groupId: number, timeoutMillis: number): Promise<boolean> {
  const endMillis = performance.now() + timeoutMillis;
  while (isGroupAlive(groupId)) {
    if (performance.now() > endMillis) return false;
    await delay(POLL_INTERVAL_MILLIS);
  }
  return true;
}
