// What the README tells a new user to write, and the ways in which a process ends.
import { trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { WorkerSpanProcessor } from 'offloop';
import { makeSpans } from './make-spans.cjs';

const sdk = new NodeSDK({ spanProcessors: [new WorkerSpanProcessor()] });
sdk.start();
makeSpans(trace.getTracer('matrix'));

switch (process.argv[2]) {
  case 'shutdown':
    await sdk.shutdown();
    break;
  case 'exit':
    process.exit(3);
    break;
  case 'throw':
    throw new Error('thrown on purpose');
}
