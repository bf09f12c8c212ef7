import type { ExportFailure, ExportOutcome, OtlpProtobufSettings } from '../src/protocol.js';
import type { ChunkExporter } from './chunk-exporter.js';
import { OtlpSender } from './send-otlp.js';
import { OtlpTranscoder } from './transcode-otlp.js';

/** OTLP/protobuf over HTTP, bytes to bytes. */
export class OtlpExporter implements ChunkExporter {
  readonly #transcoder = new OtlpTranscoder();
  readonly #sender: OtlpSender;

  constructor(settings: OtlpProtobufSettings) {
    this.#sender = new OtlpSender(settings.options);
  }

  async export(chunk: Uint8Array, spanCount: number, timeoutMillis: number): Promise<ExportOutcome> {
    const bytes = this.#transcoder.transcode(chunk);
    return this.#sender.send({ bytes, spanCount, release: () => this.#transcoder.release(bytes) }, timeoutMillis);
  }

  flush(timeoutMillis: number): Promise<ExportFailure | undefined> {
    return this.#sender.flush(timeoutMillis);
  }

  shutdown(timeoutMillis: number): Promise<ExportFailure | undefined> {
    return this.#sender.shutdown(timeoutMillis);
  }
}
