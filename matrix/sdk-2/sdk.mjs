import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';

export const CONSOLE_MODULE = '@opentelemetry/sdk-trace-base';

export const createProvider = (processor) => new BasicTracerProvider({ spanProcessors: [processor] });

export const createBatchProcessor = (exporter) => new BatchSpanProcessor(exporter);
