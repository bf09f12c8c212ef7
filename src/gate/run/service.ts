import type { GateConfig } from '../config/gate-config.js';
import { listSecretValues } from '../config/secrets.js';
import { GateError } from '../gate-error.js';
import type { Arm } from './arm.js';
import { describeEnd, LastOutput } from './last-output.js';
import type { ProcessGroup, ProcessGroups } from './process-groups.js';
import { describeReady, findTaken, listAddresses, waitUntilReady } from './ready.js';

/** One start of a service, in a process group of its own. */
export class Service {
  /** Rejects when the service ends before it was told to. */
  readonly crashed: Promise<never>;
  readonly #arm: Arm;
  readonly #config: Pick<GateConfig, 'service' | 'load'>;
  readonly #group: ProcessGroup;
  readonly #output: LastOutput;
  #isReady = false;
  #hasPrintedLine = false;
  /** What the line may have begun in. */
  #lastText = '';
  #onLine = (): void => {};

  constructor(
    groups: ProcessGroups,
    arm: Arm,
    config: Pick<GateConfig, 'service' | 'load' | 'reference'>,
    nodeOptions: string,
  ) {
    this.#arm = arm;
    this.#config = config;
    this.#output = new LastOutput(listSecretValues(config));
    const { ready } = config.service;
    this.#group = groups.start({
      ...arm,
      env: { ...arm.env, NODE_OPTIONS: nodeOptions },
      onOutput: (text) => {
        this.#output.add(text);
        if (ready.type === 'line') this.#lookFor(ready.line, text);
      },
    });
    this.crashed = this.#group.ended.then((end) => {
      const when = this.#isReady ? 'while it was measured' : 'before it was ready';
      throw new GateError(`the ${arm.name} ended ${when} (${describeEnd(end)})${this.#output.quote()}`);
    });
    this.crashed.catch(() => {});
  }

  /** @throws {GateError} when it ends first, or takes longer than it may. */
  async waitUntilReady(): Promise<void> {
    const { ready, readyTimeoutMillis } = this.#config.service;
    const waiting = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.#explainTooLate()), readyTimeoutMillis);
    });
    const isReady =
      ready.type === 'line'
        ? new Promise<void>((resolve) => {
            this.#onLine = resolve;
            if (this.#hasPrintedLine) resolve();
          })
        : waitUntilReady(ready, waiting.signal);
    try {
      await Promise.race([isReady, tooLate, this.crashed]);
      this.#isReady = true;
    } finally {
      clearTimeout(timer);
      waiting.abort();
    }
  }

  end(): Promise<void> {
    return this.#group.end();
  }

  #lookFor(line: string, text: string): void {
    if (this.#hasPrintedLine) return;
    this.#lastText += text;
    this.#hasPrintedLine = this.#lastText.includes(line);
    this.#lastText = this.#lastText.slice(-line.length);
    if (this.#hasPrintedLine) this.#onLine();
  }

  #explainTooLate(): GateError {
    const { ready, readyTimeoutMillis } = this.#config.service;
    return new GateError(
      `the ${this.#arm.name} was not ready after ${readyTimeoutMillis / 1_000} s: ` +
        `expected ${describeReady(ready)}${this.#output.quote()}`,
    );
  }
}

/** @throws {GateError} where somebody else listens already: it would be measured in the service's place. */
export async function expectFreePorts(arm: Arm, config: Pick<GateConfig, 'service' | 'load'>): Promise<void> {
  const taken = await findTaken(listAddresses(config));
  if (taken === undefined) return;
  throw new GateError(
    `${taken.host} is in use already, before the ${arm.name} was started; end what listens there, ` +
      'or choose another port in service.env and the URLs',
  );
}
