import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

export const CONSOLE_MODULE = '@opentelemetry/sdk-trace';

export const createProvider = (processor) => new TracerProvider({ spanProcessors: [processor] });

export const createBatchProcessor = (exporter) => new BatchSpanProcessor({ exporter });
