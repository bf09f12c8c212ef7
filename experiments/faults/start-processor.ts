import { inspect } from 'node:util';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { WorkerSpanProcessor } from 'offloop';

/** `batch` is the SDK's own, with its defaults, in front of the official OTLP/protobuf exporter. */
export type ProcessorName = 'offloop' | 'batch';

export interface ProcessorSettings {
  readonly processor: ProcessorName;
  /** Of the sink. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** How long one export may take, retries included; both processors and their exporters are told. @default theirs */
  readonly exportTimeoutMillis?: number;
  /** How long an ended span waits for company. @default 5_000, the default of both */
  readonly scheduledDelayMillis?: number;
  /** offloop hosts `DeadlyExporter` in place of its own exporter. */
  readonly isExporterDeadly?: boolean;
  /** Further ones of offloop's. */
  readonly processorOptions?: Readonly<Record<string, unknown>>;
  /** Writes every line of the diag log to standard error, whatever its level. */
  readonly isLogged?: boolean;
}

export interface StartedProcessor {
  readonly spanProcessor: SpanProcessor;
  /** Undefined for the batch processor, which keeps no counts. */
  readonly offloop: WorkerSpanProcessor | undefined;
}

const DEADLY_EXPORTER = new URL('./deadly-exporter.js', import.meta.url);

export function startProcessor(settings: ProcessorSettings): StartedProcessor {
  const { processor, url, headers = {}, exportTimeoutMillis, scheduledDelayMillis } = settings;
  const { isExporterDeadly = false, isLogged = false, processorOptions } = settings;
  if (isLogged) logToStandardError();
  const times = {
    ...(exportTimeoutMillis === undefined ? {} : { exportTimeoutMillis }),
    ...(scheduledDelayMillis === undefined ? {} : { scheduledDelayMillis }),
  };
  if (processor === 'offloop') {
    const exporter = isExporterDeadly
      ? {
          module: DEADLY_EXPORTER,
          export: 'DeadlyExporter',
          options: { url, headers },
          // As many as the exporter that is built in: a thread that dies takes several with it.
          maxConcurrentExports: 8,
        }
      : { url, headers };
    const offloop = new WorkerSpanProcessor({ exporter, ...times, ...processorOptions });
    return { spanProcessor: offloop as SpanProcessor, offloop };
  }
  const exporterTimes = exportTimeoutMillis === undefined ? {} : { timeoutMillis: exportTimeoutMillis };
  const exporter = new OTLPTraceExporter({ url, headers: { ...headers }, ...exporterTimes });
  return { spanProcessor: new BatchSpanProcessor(exporter, times), offloop: undefined };
}

function logToStandardError(): void {
  const write = (...values: unknown[]) => {
    const words = values.map((value) => (typeof value === 'string' ? value : inspect(value, { depth: 8 })));
    process.stderr.write(`${words.join(' ')}\n`);
  };
  const logger = { error: write, warn: write, info: write, debug: write, verbose: write };
  diag.setLogger(logger, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
}
