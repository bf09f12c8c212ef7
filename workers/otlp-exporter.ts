import type { ExportFailure, ExportOutcome, OtlpHttpSettings, OtlpProtobufSettings } from '../src/protocol.js';
import type { ChunkExporter } from './chunk-exporter.js';
import { ChunkGathering, type GatheredChunk } from './chunk-gathering.js';
import { Deadline } from './deadline.js';
import { deliverChunk } from './deliver-chunk.js';
import { deliverTogether } from './deliver-together.js';
import { describeError } from './describe-error.js';
import { loadTransport, type OtlpTransport } from './otlp-transport.js';
import { limitTime } from './time-limit.js';
import { OtlpTranscoder } from './transcode-otlp.js';

/** OTLP/protobuf over HTTP, bytes to bytes. The transport is loaded on first use. */
export class OtlpExporter implements ChunkExporter {
  readonly #options: OtlpHttpSettings;
  readonly #transcoder = new OtlpTranscoder();
  readonly #maxExportBatchSize: number;
  readonly #underWay = new Set<Promise<unknown>>();
  #loading: Promise<LoadedTransport> | undefined;
  #isShutDown = false;

  /** @param maxExportBatchSize Spans in a request that takes several chunks. */
  constructor(settings: OtlpProtobufSettings, maxExportBatchSize: number) {
    this.#options = settings.options;
    this.#maxExportBatchSize = maxExportBatchSize;
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
    const loaded = await this.#loading?.catch(() => undefined);
    loaded?.transport.close();
    return failure;
  }

  async #export(chunk: Uint8Array, spanCount: number, timeoutMillis: number): Promise<ExportOutcome> {
    let loaded: LoadedTransport;
    try {
      if (this.#isShutDown) throw new Error('the exporter is shut down');
      this.#loading ??= this.#load();
      loaded = await this.#loading;
    } catch (error) {
      // What kept it from loading may pass.
      this.#loading = undefined;
      const failure: ExportFailure = { reason: 'exporter_unavailable', message: describeError(error) };
      return { status: 'failure', failedSpanCount: spanCount, failure };
    }
    const { transport, gathering } = loaded;
    const deadline = new Deadline(Math.min(timeoutMillis, transport.exportTimeoutMillis));
    return gathering.add({ chunk, spanCount, deadline });
  }

  async #load(): Promise<LoadedTransport> {
    const transport = await loadTransport(this.#options);
    const gathering = new ChunkGathering(this.#maxExportBatchSize, (group) => void this.#deliver(group, transport));
    return { transport, gathering };
  }

  async #deliver(group: readonly GatheredChunk[], transport: OtlpTransport): Promise<void> {
    const transcoder = this.#transcoder;
    const outcomes = group.length > 1 ? await deliverTogether(group, transcoder, transport) : undefined;
    for (const [index, { resolve, ...chunk }] of group.entries()) {
      resolve(outcomes?.[index] ?? deliverChunk({ ...chunk, transcoder, transport }));
    }
  }
}

interface LoadedTransport {
  readonly transport: OtlpTransport;
  readonly gathering: ChunkGathering;
}
