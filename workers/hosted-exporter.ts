import type { ExportFailure, ExportOutcome, HostedExporterSettings, OtlpHttpSettings } from '../src/protocol.js';
import { decodeChunk } from '../src/wire/chunk-decoder.js';
import type { ReadableSpan } from '../src/wire/readable-span.js';
import type { ChunkExporter } from './chunk-exporter.js';
import { Deadline } from './deadline.js';
import { describeError } from './describe-error.js';
import { printDirectly } from './direct-output.js';
import { ExportTurns } from './export-turns.js';
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

/** One exporter that was constructed. */
interface Instance {
  readonly exporter: SpanExporter;
  readonly turns: ExportTurns;
}

/** Any span exporter, loaded by module name on first use. */
export class HostedExporter implements ChunkExporter {
  readonly #settings: HostedExporterSettings;
  readonly #exportTimeoutMillis: number;
  #loading: Promise<Instance> | undefined;
  #isShutDown = false;

  /** @param exportTimeoutMillis Of an export in all, of which hooks may leave less. */
  constructor(settings: HostedExporterSettings, exportTimeoutMillis: number) {
    this.#settings = settings;
    this.#exportTimeoutMillis = exportTimeoutMillis;
  }

  async export(chunk: Uint8Array, spanCount: number, timeoutMillis: number): Promise<ExportOutcome> {
    const { spans } = decodeChunk(chunk);
    const failure = await this.#export(spans, new Deadline(timeoutMillis));
    return failure === undefined
      ? { status: 'success', exportedSpanCount: spanCount }
      : { status: 'failure', failedSpanCount: spanCount, failure };
  }

  flush(timeoutMillis: number): Promise<ExportFailure | undefined> {
    return this.#ask(async (exporter) => exporter.forceFlush?.(), timeoutMillis);
  }

  shutdown(timeoutMillis: number): Promise<ExportFailure | undefined> {
    this.#isShutDown = true;
    return this.#ask((exporter) => exporter.shutdown(), timeoutMillis);
  }

  /** An exporter that was never asked for, or could not be loaded, holds nothing that could be flushed. */
  async #ask(
    action: (exporter: SpanExporter) => Promise<void>,
    timeoutMillis: number,
  ): Promise<ExportFailure | undefined> {
    const loaded = await this.#loading?.catch(() => undefined);
    if (loaded === undefined) return undefined;
    return limitAnswer(
      settle(() => action(loaded.exporter)),
      new Deadline(timeoutMillis),
    );
  }

  async #export(spans: ReadableSpan[], deadline: Deadline): Promise<ExportFailure | undefined> {
    while (true) {
      let instance: Instance;
      try {
        this.#loading ??= loadInstance(this.#settings);
        instance = await this.#loading;
      } catch (error) {
        // What kept it from loading may pass.
        this.#loading = undefined;
        return { reason: 'exporter_unavailable', message: describeError(error) };
      }
      const turn = await instance.turns.take(deadline.remainingMillis);
      switch (turn) {
        case 'taken':
          return this.#exportInTurn(instance, spans, deadline);
        case 'late': {
          const message = `the exporter was busy with earlier exports for ${Math.round(deadline.timeoutMillis)} ms`;
          return { reason: 'export_timeout', message };
        }
        case 'closed':
          // The next one is asked.
          continue;
        default:
          return turn satisfies never;
      }
    }
  }

  /**
   * An export whose time is over has failed, and still runs: its turn ends with it, since two at a time are not what the
   * exporter was made for. The next export waits half of its own time for it; then the exporter is given up. Half of the
   * whole time: after slow hooks, half of what they left would be too little for an exporter that is well.
   */
  #exportInTurn(instance: Instance, spans: ReadableSpan[], deadline: Deadline): Promise<ExportFailure | undefined> {
    let giveUpTimer: NodeJS.Timeout | undefined;
    const done = settle(() => exportSpans(instance.exporter, spans)).finally(() => {
      clearTimeout(giveUpTimer);
      instance.turns.giveBack();
    });
    return limitAnswer(done, deadline, () => {
      giveUpTimer = setTimeout(() => this.#giveUp(instance), this.#exportTimeoutMillis / 2);
    });
  }

  #giveUp({ exporter, turns }: Instance): void {
    // It is asked to shut down once.
    if (turns.isClosed || this.#isShutDown) return;
    this.#loading = undefined;
    turns.close();
    // Not waited for: it has shown that it may never answer.
    void settle(() => exporter.shutdown());
  }
}

/** Resolves when it is done, with what went wrong, or nothing. Never rejects. */
async function settle(action: () => Promise<void>): Promise<ExportFailure | undefined> {
  try {
    await action();
    return undefined;
  } catch (error) {
    return { reason: 'export_failed', message: describeError(error) };
  }
}

function limitAnswer(
  done: Promise<ExportFailure | undefined>,
  { timeoutMillis, remainingMillis }: Deadline,
  onTimeout?: () => void,
): Promise<ExportFailure | undefined> {
  return limitTime<ExportFailure | undefined>(done, remainingMillis, () => {
    onTimeout?.();
    return { reason: 'export_timeout', message: `the exporter did not answer within ${Math.round(timeoutMillis)} ms` };
  });
}

async function loadInstance(settings: HostedExporterSettings): Promise<Instance> {
  return { exporter: await loadExporter(settings), turns: new ExportTurns(settings.maxConcurrentExports) };
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
