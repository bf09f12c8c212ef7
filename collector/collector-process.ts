import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface CollectorOptions {
  /** Files; each lies over the one before. */
  readonly configs: readonly string[];
  /** Beside this process's own. */
  readonly environment?: Readonly<Record<string, string>>;
}

const READY_LINE = 'Everything is ready';
const READY_TIMEOUT_MILLIS = 60_000;

/** A real Collector, the one that `OTELCOL_BIN` names. */
export class CollectorProcess {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /**
   * Resolves when it takes spans.
   *
   * @throws When it exits before, with its log.
   */
  static async start({ configs, environment }: CollectorOptions): Promise<CollectorProcess> {
    const program = process.env['OTELCOL_BIN'];
    if (!program) {
      throw new Error('OTELCOL_BIN: expected the path of a Collector, got nothing; run it with npm run test:collector');
    }
    const child = spawn(
      program,
      configs.flatMap((config) => ['--config', config]),
      { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...environment } },
    );
    const collector = new CollectorProcess(child);
    await collector.#waitUntilReady();
    return collector;
  }

  /** What it has logged. */
  get log(): string {
    return this.#lines.join('\n');
  }

  /** By SIGTERM it finishes what it holds first. Resolves when it has ended. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) return;
    const closed = once(this.#child, 'close');
    this.#child.kill(signal);
    await closed;
  }

  #waitUntilReady(): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (what: string) => {
        clearTimeout(timer);
        this.#child.kill('SIGKILL');
        reject(new Error(`expected a Collector that is ready, got one that ${what}:\n${this.log}`));
      };
      const timer = setTimeout(fail, READY_TIMEOUT_MILLIS, `was not within ${READY_TIMEOUT_MILLIS} ms`);
      this.#child.once('error', (error) => fail(`can't be started (${error.message})`));
      this.#child.once('close', (code) => fail(`exited with ${code}`));
      createInterface({ input: this.#child.stderr as NodeJS.ReadableStream }).on('line', (line) => {
        this.#lines.push(line);
        if (!line.includes(READY_LINE)) return;
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
