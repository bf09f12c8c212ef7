import type { ExportFailure, ExportOutcome, OtlpHttpSettings, OtlpProtobufSettings } from '../src/protocol.js';
import type { ChunkExporter } from './chunk-exporter.js';
import { Deadline } from './deadline.js';
import { deliverChunk } from './deliver-chunk.js';
import { describeError } from './describe-error.js';
import { loadTransport, type OtlpTransport } from './otlp-transport.js';
import { limitTime } from './time-limit.js';
import { OtlpTranscoder } from './transcode-otlp.js';

/** OTLP/protobuf over HTTP, bytes to bytes. The transport is loaded on first use. */
export class OtlpExporter implements ChunkExporter {
  readonly #options: OtlpHttpSettings;
  readonly #transcoder = new OtlpTranscoder();
  readonly #underWay = new Set<Promise<unknown>>();
  #loading: Promise<OtlpTransport> | undefined;
  #isShutDown = false;

  constructor(settings: OtlpProtobufSettings) {
    this.#options = settings.options;
  }

  async export(chunk: Uint8Array, spanCount: number, timeoutMillis: number): Promise<ExportOutcome> {
    const outcome = this.#export(chunk, spanCount, timeoutMillis);
    this.#underWay.add(outcome);
    try {
      return await outcome;
    } finally {
      this.#underWay.delete(outcome);
    }
  }

  /** Resolves when no export is under way, or says that some still are. */
  async flush(timeoutMillis: number): Promise<ExportFailure | undefined> {
    const done = Promise.allSettled(this.#underWay).then(() => undefined);
    return limitTime<ExportFailure | undefined>(done, timeoutMillis, () => ({
      reason: 'export_timeout',
      message: `exports are still under way after ${timeoutMillis} ms`,
    }));
  }

  async shutdown(timeoutMillis: number): Promise<ExportFailure | undefined> {
    this.#isShutDown = true;
    const failure = await this.flush(timeoutMillis);
    const transport = await this.#loading?.catch(() => undefined);
    transport?.close();
    return failure;
  }

  async #export(chunk: Uint8Array, spanCount: number, timeoutMillis: number): Promise<ExportOutcome> {
    let transport: OtlpTransport;
    try {
      if (this.#isShutDown) throw new Error('the exporter is shut down');
      this.#loading ??= loadTransport(this.#options);
      transport = await this.#loading;
    } catch (error) {
      // What kept it from loading may pass.
      this.#loading = undefined;
      const failure: ExportFailure = { reason: 'exporter_unavailable', message: describeError(error) };
      return { status: 'failure', failedSpanCount: spanCount, failure };
    }
    const deadline = new Deadline(Math.min(timeoutMillis, transport.exportTimeoutMillis));
    return deliverChunk({ chunk, spanCount, deadline, transcoder: this.#transcoder, transport });
  }
}
