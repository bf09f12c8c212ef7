export { OffloopConfigError, OffloopError, type OffloopErrorCode } from './errors.js';
export type {
  ExporterOptions,
  HeadersModuleOptions,
  HostedExporterOptions,
  OtlpHttpExporterOptions,
} from './exporter-options.js';
export type { HandOffName } from './hand-off.js';
export type { HookOptions, SpanHooks } from './hook-options.js';
export type { Drop, DropReason, WorkerOptions, WorkerSpanProcessorOptions } from './options.js';
export type { FailureReason, HookSpan, MaskRequest } from './protocol.js';
export type { MediaCounts, ProcessorStats } from './span-counts.js';
export { WorkerSpanProcessor } from './span-processor.js';
export { type TraceExportResult, WorkerTraceExporter } from './trace-exporter.js';
