import type { ExporterSettings, ExportFailure } from '../src/protocol.js';
import type { ReadableSpan } from '../src/wire/readable-span.js';

/** The parts of the SDK's `SpanExporter` that are used here, taken structurally. */
interface SpanExporter {
  export(spans: ReadableSpan[], resultCallback: (result: { code: number; error?: Error }) => void): void;
  forceFlush?(): Promise<void>;
  shutdown(): Promise<void>;
}

/** `ExportResultCode.SUCCESS` of `@opentelemetry/core`. */
const EXPORT_SUCCESS = 0;

/** Any span exporter, loaded by module name on first use. Every method resolves: with what went wrong, or nothing. */
export class HostedExporter {
  readonly #settings: ExporterSettings;
  #loading: Promise<SpanExporter> | undefined;

  constructor(settings: ExporterSettings) {
    this.#settings = settings;
  }

  async export(spans: ReadableSpan[], timeoutMillis: number): Promise<ExportFailure | undefined> {
    return this.#use(timeoutMillis, (exporter) => exportSpans(exporter, spans));
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
      return { reason: 'exporter_unavailable', message: describeError(error) };
    }
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<ExportFailure>((resolve) => {
      timer = setTimeout(resolve, timeoutMillis, {
        reason: 'export_timeout',
        message: `the exporter did not answer within ${timeoutMillis} ms`,
      } satisfies ExportFailure);
    });
    const done = action(exporter).then(
      () => undefined,
      (error: unknown): ExportFailure => ({ reason: 'export_failed', message: describeError(error) }),
    );
    const failure = await Promise.race([done, timeout]);
    clearTimeout(timer);
    return failure;
  }
}

async function loadExporter({ module, exportName, options }: ExporterSettings): Promise<SpanExporter> {
  let exports: Record<string, unknown>;
  try {
    exports = (await import(module)) as Record<string, unknown>;
  } catch (error) {
    throw new Error(`exporter.module: '${module}' could not be loaded: ${describeError(error)}`);
  }
  // A CommonJS module seen from import() carries its exports under `default` as well.
  const Exporter = exports[exportName] ?? (exports['default'] as Record<string, unknown> | undefined)?.[exportName];
  if (typeof Exporter !== 'function') {
    throw new Error(
      `exporter.export: expected a class named '${exportName}' in '${module}', which exports ${Object.keys(exports).join(', ')}`,
    );
  }
  return new (Exporter as new (options: unknown) => SpanExporter)(options);
}

function exportSpans(exporter: SpanExporter, spans: ReadableSpan[]): Promise<void> {
  return new Promise((resolve, reject) => {
    exporter.export(spans, ({ code, error }) => {
      if (code === EXPORT_SUCCESS) resolve();
      else reject(error ?? new Error('the exporter gave no reason'));
    });
  });
}

/** One line, without a stack; the server's own words are not added, for they may quote what was sent. */
function describeError(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] ?? '';
}
