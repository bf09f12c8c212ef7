import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { WorkerSpanProcessor } from 'offloop';

export const provider = new NodeTracerProvider({ spanProcessors: [new WorkerSpanProcessor()] });
provider.register();
