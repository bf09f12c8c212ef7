import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Arm } from '../arms/arm.js';
import { type ArmName, loadArm } from '../arms/index.js';
import { type Measured, Measurement } from './measurement.js';
import type { ServiceFinished } from './protocol.js';
import { SpanCounter, startTracing, type Tracing } from './tracing.js';

export interface ServiceSettings {
  readonly arm: ArmName;
  /** The OTLP/HTTP receiver, without a path. */
  readonly sinkUrl: string;
  /** The OpenAI-compatible server, without a path. */
  readonly modelServerUrl: string;
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
}

/** The chat service with one arm plugged in. */
export class Service {
  readonly #arm: Arm;
  readonly #spanCounter: SpanCounter;
  readonly #provider: Tracing['provider'];
  readonly #app: FastifyInstance;
  #measurement: Measurement | undefined;

  private constructor(arm: Arm, spanCounter: SpanCounter, provider: Tracing['provider'], app: FastifyInstance) {
    this.#arm = arm;
    this.#spanCounter = spanCounter;
    this.#provider = provider;
    this.#app = app;
  }

  /** @throws {Error} when the port can't be had, with the code of the system call. */
  static async start({ arm: armName, sinkUrl, modelServerUrl, host, port }: ServiceSettings): Promise<Service> {
    const createArm = await loadArm(armName);
    const arm = createArm({ sinkUrl });
    const spanCounter = new SpanCounter();
    const { provider, fastifyInstrumentation } = startTracing([spanCounter, ...arm.spanProcessors]);
    try {
      // Loaded only now: see startTracing.
      const { createApp } = await import('./app.js');
      const app = await createApp({ modelServerUrl, fastifyInstrumentation });
      await app.listen({ host, port });
      return new Service(arm, spanCounter, provider, app);
    } catch (error) {
      await provider.shutdown();
      throw error;
    }
  }

  get url(): string {
    const { address, port } = this.#app.server.address() as AddressInfo;
    return `http://${address}:${port}`;
  }

  startMeasuring(): void {
    this.#measurement?.stop();
    this.#measurement = new Measurement(() => this.#spanCounter.spanCount);
  }

  /** @throws {Error} when no window is open. */
  stopMeasuring(): Measured {
    if (this.#measurement === undefined) throw new Error("stop-measuring: expected 'start-measuring' before it");
    const measured = this.#measurement.stop();
    this.#measurement = undefined;
    return measured;
  }

  /** Lets requests under way end, then delivers what is left of their spans. */
  async finish(): Promise<Omit<ServiceFinished, 'type'>> {
    this.#measurement?.stop();
    await this.#app.close();
    const flush = await time(() => this.#provider.forceFlush());
    const shutdown = await time(() => this.#provider.shutdown());
    return {
      madeSpanCount: this.#spanCounter.spanCount,
      ...(await this.#arm.countLosses()),
      flushMillis: flush.millis,
      shutdownMillis: shutdown.millis,
      errors: [...flush.errors, ...shutdown.errors],
    };
  }
}

async function time(work: () => Promise<void>): Promise<{ millis: number; errors: string[] }> {
  const startMillis = performance.now();
  let errors: string[] = [];
  try {
    await work();
  } catch (error) {
    // The provider rejects with an array, one error a processor.
    errors = [error].flat().map(String);
  }
  return { millis: performance.now() - startMillis, errors };
}
