import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { ProbeError } from './probe-arguments.js';

export interface ProgramEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A terminal sends these to the program itself; passed on as well, they would come twice. */
const TERMINAL_SIGNALS = ['SIGINT', 'SIGQUIT', 'SIGHUP'] as const;

/** To end oneself by any other signal would leave a core file of the probe, or start its debugger. */
const REPEATED_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL', 'SIGPIPE'];

/** The program that is probed: same streams, same environment but for the preload. */
export class ProbedProgram {
  readonly end: Promise<ProgramEnd>;
  readonly #child: ChildProcess;
  readonly #forward = new Map<NodeJS.Signals, () => void>();

  /** @throws {ProbeError} by {@link end}, where the program can't be started. */
  constructor(command: string, args: readonly string[], preload: URL) {
    this.#child = spawn(command, args, {
      stdio: 'inherit',
      env: { ...process.env, NODE_OPTIONS: addPreload(process.env['NODE_OPTIONS'], preload) },
    });
    for (const signal of [...TERMINAL_SIGNALS, 'SIGTERM'] as const) {
      const isFromTerminal = process.stdin.isTTY && signal !== 'SIGTERM';
      const forward = isFromTerminal ? () => {} : () => void this.#child.kill(signal);
      this.#forward.set(signal, forward);
      process.on(signal, forward);
    }
    this.end = new Promise((resolve, reject) => {
      this.#child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
      this.#child.once('error', (error: NodeJS.ErrnoException) => reject(explainStart(command, error)));
    });
  }

  /** Lets this process be ended by signals again. */
  release(): void {
    for (const [signal, forward] of this.#forward) process.off(signal, forward);
  }
}

/** Ends this process as the program ended: at once by the same signal, or with the exit code that is returned. */
export function passOn({ exitCode, signal }: ProgramEnd): number {
  if (signal === null) return exitCode ?? 1;
  if (REPEATED_SIGNALS.includes(signal)) process.kill(process.pid, signal);
  // As a shell says it.
  return 128 + constants.signals[signal];
}

/** After what is there already: a loader that the user preloads stays the first. */
function addPreload(options: string | undefined, preload: URL): string {
  return `${options ?? ''} --import=${preload.href}`.trim();
}

function explainStart(command: string, error: NodeJS.ErrnoException): Error {
  if (error.code === 'ENOENT') {
    return new ProbeError(127, `command not found: ${command}; write the program as you would without the probe`);
  }
  if (error.code === 'EACCES') {
    return new ProbeError(126, `${command} may not be executed; for a script write: node ${command}`);
  }
  return error;
}
