import { WorkerSpanProcessor } from 'offloop';
import { afterEach, describe, expect, it } from 'vitest';
import { FileCollector } from './file-collector.js';
import { traceTo } from './made-spans.js';
import { RecordingProxy } from './recording-proxy.js';

const MEBIBYTE = 1024 * 1024;

let collector: FileCollector;
let processor: WorkerSpanProcessor;

afterEach(async () => {
  await processor.shutdown().catch(() => {});
  await collector.remove();
});

/** One of a MiB less than `textBytes` and one of a MiB more, each in a request of its own. */
async function exportAround(textBytes: number): Promise<void> {
  const { tracer } = traceTo(processor);
  for (const [name, byteLength] of [
    ['below', textBytes - MEBIBYTE],
    ['above', textBytes + MEBIBYTE],
  ] as const) {
    tracer.startSpan(name, { attributes: { text: 'a'.repeat(byteLength) } }).end();
    await processor.forceFlush().catch(() => {});
  }
  await collector.stop();
}

describe('a request past what the Collector takes', () => {
  it('by HTTP, 20 MiB, is refused for good by 400, and its spans have failed', async () => {
    collector = await FileCollector.start();
    const proxy = await RecordingProxy.listen(collector.httpUrl);
    processor = new WorkerSpanProcessor({
      exporter: { url: `${proxy.url}/v1/traces` },
      maxSpanBytes: 32 * MEBIBYTE,
    });
    await exportAround(20 * MEBIBYTE);
    await proxy.close();
    expect(proxy.exchanges.map(({ status }) => status)).toEqual([200, 400]);
    expect(processor.stats()).toMatchObject({ exportedSpanCount: 1, failedSpanCount: 1 });
    expect((await collector.readSpans()).map(({ name }) => name)).toEqual(['below']);
  });

  it('by gRPC, 4 MiB, is refused for good, and its spans have failed', async () => {
    collector = await FileCollector.start();
    processor = new WorkerSpanProcessor({
      exporter: {
        module: '@opentelemetry/exporter-trace-otlp-grpc',
        export: 'OTLPTraceExporter',
        options: { url: collector.grpcUrl },
      },
    });
    await exportAround(4 * MEBIBYTE);
    expect(processor.stats()).toMatchObject({ exportedSpanCount: 1, failedSpanCount: 1 });
    expect((await collector.readSpans()).map(({ name }) => name)).toEqual(['below']);
  });
});
