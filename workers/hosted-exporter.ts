import type { ExportFailure, ExportOutcome, HostedExporterSettings, OtlpHttpSettings } from '../src/protocol.js';
import { decodeChunk } from '../src/wire/chunk-decoder.js';
import type { ReadableSpan } from '../src/wire/readable-span.js';
import type { ChunkExporter } from './chunk-exporter.js';
import { describeError } from './describe-error.js';
import { printDirectly } from './direct-output.js';
import { loadHeaders } from './headers-module.js';
import { findExport, importModule } from './import-module.js';
import { limitTime } from './time-limit.js';

/** The parts of the SDK's `SpanExporter` that are used here, taken structurally. */
interface SpanExporter {
  export(spans: ReadableSpan[], resultCallback: (result: { code: number; error?: Error }) => void): void;
  forceFlush?(): Promise<void>;
  shutdown(): Promise<void>;
}

/** `ExportResultCode.SUCCESS` of `@opentelemetry/core`. */
const EXPORT_SUCCESS = 0;

/** Any span exporter, loaded by module name on first use. */
export class HostedExporter implements ChunkExporter {
  readonly #settings: HostedExporterSettings;
  #loading: Promise<SpanExporter> | undefined;

  constructor(settings: HostedExporterSettings) {
    this.#settings = settings;
  }

  async export(chunk: Uint8Array, spanCount: number, timeoutMillis: number): Promise<ExportOutcome> {
    const { spans } = decodeChunk(chunk);
    const failure = await this.#use(timeoutMillis, (exporter) => exportSpans(exporter, spans));
    return failure === undefined
      ? { status: 'success', exportedSpanCount: spanCount }
      : { status: 'failure', failedSpanCount: spanCount, failure };
  }

  async flush(timeoutMillis: number): Promise<ExportFailure | undefined> {
    if (!(await this.#isLoaded())) return undefined;
    return this.#use(timeoutMillis, async (exporter) => exporter.forceFlush?.());
  }

  async shutdown(timeoutMillis: number): Promise<ExportFailure | undefined> {
    if (!(await this.#isLoaded())) return undefined;
    return this.#use(timeoutMillis, async (exporter) => exporter.shutdown());
  }

  /** An exporter that was never asked for, or could not be loaded, holds nothing that could be flushed. */
  async #isLoaded(): Promise<boolean> {
    return (this.#loading ?? Promise.reject()).then(
      () => true,
      () => false,
    );
  }

  async #use(
    timeoutMillis: number,
    action: (exporter: SpanExporter) => Promise<void>,
  ): Promise<ExportFailure | undefined> {
    let exporter: SpanExporter;
    try {
      this.#loading ??= loadExporter(this.#settings);
      exporter = await this.#loading;
    } catch (error) {
      // What kept it from loading may pass.
      this.#loading = undefined;
      return { reason: 'exporter_unavailable', message: describeError(error) };
    }
    const done = action(exporter).then(
      () => undefined,
      (error: unknown): ExportFailure => ({ reason: 'export_failed', message: describeError(error) }),
    );
    return limitTime<ExportFailure | undefined>(done, timeoutMillis, () => ({
      reason: 'export_timeout',
      message: `the exporter did not answer within ${timeoutMillis} ms`,
    }));
  }
}

async function loadExporter(settings: HostedExporterSettings): Promise<SpanExporter> {
  const { module, exportName } = settings;
  printDirectly();
  const exports = await importModule('exporter.module', module);
  const Exporter = findExport(exports, exportName);
  if (typeof Exporter !== 'function') {
    throw new Error(
      `exporter.export: expected a class named '${exportName}' in '${module}', which exports ${Object.keys(exports).join(', ')}`,
    );
  }
  return new (Exporter as new (options: unknown) => SpanExporter)(await completeOptions(settings));
}

async function completeOptions({ options, headersModule }: HostedExporterSettings): Promise<unknown> {
  if (headersModule === undefined) return options;
  const otlpOptions = options as OtlpHttpSettings;
  return { ...otlpOptions, headers: await loadHeaders(headersModule, otlpOptions.headers) };
}

function exportSpans(exporter: SpanExporter, spans: ReadableSpan[]): Promise<void> {
  return new Promise((resolve, reject) => {
    exporter.export(spans, ({ code, error }) => {
      if (code === EXPORT_SUCCESS) resolve();
      else reject(error ?? new Error('the exporter gave no reason'));
    });
  });
}
