import type { AddressInfo } from 'node:net';
import type { Arm } from '../arms/arm.js';
import { type ArmName, loadArm } from '../arms/index.js';
import { type Application, type ApplicationName, startApplication } from './applications.js';
import { type Measured, Measurement } from './measurement.js';
import type { ServiceFinished } from './protocol.js';
import { SpanCounter } from './span-counter.js';

export interface ServiceSettings {
  readonly application: ApplicationName;
  readonly arm: ArmName;
  /** Of the application `workload`: what its requests do, as JSON. */
  readonly workload: string;
  /** The OTLP/HTTP receiver, or Langfuse, without a path. */
  readonly sinkUrl: string;
  /** The OpenAI-compatible server, without a path. */
  readonly modelServerUrl: string;
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
}

/** An application with one arm plugged in. */
export class Service {
  readonly #arm: Arm;
  readonly #spanCounter: SpanCounter;
  readonly #application: Application;
  #measurement: Measurement | undefined;

  private constructor(arm: Arm, spanCounter: SpanCounter, application: Application) {
    this.#arm = arm;
    this.#spanCounter = spanCounter;
    this.#application = application;
  }

  /** @throws {Error} when the port can't be had, with the code of the system call. */
  static async start({ arm: armName, sinkUrl, host, port, ...settings }: ServiceSettings): Promise<Service> {
    const createArm = await loadArm(armName);
    const arm = createArm({ sinkUrl });
    const spanCounter = new SpanCounter();
    const spanProcessors = [spanCounter, ...arm.spanProcessors];
    const { beforeAnswer = async () => {} } = arm;
    const application = await startApplication(settings.application, { ...settings, beforeAnswer }, spanProcessors);
    try {
      await application.app.listen({ host, port });
      return new Service(arm, spanCounter, application);
    } catch (error) {
      await application.provider.shutdown();
      throw error;
    }
  }

  get url(): string {
    const { address, port } = this.#application.app.server.address() as AddressInfo;
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
    const { app, provider, countMedia } = this.#application;
    await app.close();
    const flush = await time(() => provider.forceFlush());
    const shutdown = await time(() => provider.shutdown());
    return {
      madeSpanCount: this.#spanCounter.spanCount,
      madeMediaCount: countMedia(),
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
