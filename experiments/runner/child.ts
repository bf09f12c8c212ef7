import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describeLaunch } from './cores.js';

export interface ChildOptions {
  /** Names the process in error messages. */
  readonly name: string;
  readonly moduleUrl: URL;
  readonly args?: readonly string[];
  /** Added to this process's environment, from which `OTEL_*` and `NODE_OPTIONS` are left out. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The process has this core only. @default as this process */
  readonly core?: number | null;
}

/** How long an ended child may take before it is killed. */
const END_GRACE_MILLIS = 5_000;

/** What is kept of a child's standard error, to be quoted when it fails. */
const KEPT_STDERR_CHARACTERS = 4_000;

/** A process of the lab ended, or said nothing for too long. */
export class ChildError extends Error {
  override readonly name = 'ChildError';
  /** In a line; the message has also what the process wrote to standard error. */
  readonly fault: string;

  constructor(fault: string, stderr: string) {
    super(stderr === '' ? fault : `${fault}; it wrote:\n${stderr}`);
    this.fault = fault;
  }
}

/** A process of the lab and its typed IPC channel. */
export class Child<Incoming extends { readonly type: string }, Outgoing extends { readonly type: string } = never> {
  readonly #name: string;
  readonly #process: ChildProcess;
  /** Messages that nobody has received yet, oldest first. */
  readonly #inbox: Incoming[] = [];
  #stderr = '';

  private constructor(name: string, process: ChildProcess) {
    this.#name = name;
    this.#process = process;
    process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-KEPT_STDERR_CHARACTERS);
    });
    process.on('message', (message) => this.#inbox.push(message as Incoming));
    // Without a listener a failed spawn would end the lab; receive() reports it.
    process.on('error', () => {});
  }

  static start<Incoming extends { readonly type: string }, Outgoing extends { readonly type: string } = never>(
    options: ChildOptions,
  ): Child<Incoming, Outgoing> {
    const process = fork(fileURLToPath(options.moduleUrl), [...(options.args ?? [])], {
      ...describeLaunch(options.core ?? null),
      env: { ...cleanEnvironment(), ...options.environment },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    return new Child(options.name, process);
  }

  send(message: Outgoing): void {
    this.#process.send(message);
  }

  /**
   * Resolves with the next message of a type, one that came before the call included.
   *
   * @throws {ChildError} when the process ends first, or after `timeoutMillis`; with what it wrote to standard error.
   */
  receive<Type extends Incoming['type']>(
    type: Type,
    timeoutMillis: number,
  ): Promise<Extract<Incoming, { readonly type: Type }>> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        this.#process.off('message', check).off('exit', onExit);
      };
      const fail = (what: string) => {
        stop();
        reject(new ChildError(`${this.#name} ${what} before '${type}'`, this.#stderr.trim()));
      };
      const check = () => {
        const index = this.#inbox.findIndex((message) => message.type === type);
        if (index === -1) return;
        stop();
        const [message] = this.#inbox.splice(index, 1);
        resolve(message as Extract<Incoming, { readonly type: Type }>);
      };
      const onExit = (code: number | null, signal: string | null) => fail(`ended (${signal ?? `exit code ${code}`})`);
      const timer = setTimeout(() => fail(`said nothing for ${timeoutMillis} ms`), timeoutMillis);
      this.#process.on('message', check).once('exit', onExit);
      check();
      const { exitCode, signalCode } = this.#process;
      if (exitCode !== null || signalCode !== null) onExit(exitCode, signalCode);
    });
  }

  /** Resolves once the process is gone: asked to end, then killed. */
  async end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null || this.#process.pid === undefined) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    const kill = setTimeout(() => this.#process.kill('SIGKILL'), END_GRACE_MILLIS);
    await exited;
    clearTimeout(kill);
  }
}

/** Settings of the person who runs the lab would change what an arm does: the arms are compared as they come. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(globalThis.process.env);
  return Object.fromEntries(entries.filter(([name]) => !name.startsWith('OTEL_') && name !== 'NODE_OPTIONS'));
}
