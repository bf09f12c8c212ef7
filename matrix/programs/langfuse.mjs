import { NodeSDK } from '@opentelemetry/sdk-node';
import { LangfuseWorkerSpanProcessor } from 'offloop/langfuse';
import { observe } from 'offloop/langfuse/observe';

const sdk = new NodeSDK({ spanProcessors: [new LangfuseWorkerSpanProcessor({ captureIO: 'off-loop' })] });
sdk.start();
const work = observe(async (question) => ({ answer: question.toUpperCase() }), { name: 'work' });
for (let index = 0; index < 100; index++) await work(`${index}: ${'Thời tiết hôm nay? '.repeat(50)}`);
await sdk.shutdown();
