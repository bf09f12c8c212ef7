import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, it } from 'vitest';
import type { Arm } from './arm.js';
import { type ArmName, isArmName, loadArm } from './index.js';

const BUILT_INDEX = new URL('../../dist/experiments/arms/index.js', import.meta.url);
const BATCH_QUEUE_SPAN_COUNT = 2_048;

let server: Server | undefined;

afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  if (server?.listening) await once(server, 'close');
  server = undefined;
});

async function startReceiver(statusCode: number) {
  const contentTypes = new Set<string | undefined>();
  server = createServer((request, response) => {
    contentTypes.add(`${request.url} ${request.headers['content-type']}`);
    response.statusCode = statusCode;
    request.resume().on('end', () => response.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { sinkUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, contentTypes };
}

/** Ends spans in one turn of the loop, so that the queue has no chance to empty. */
async function endSpans(arm: Arm, spanCount: number): Promise<void> {
  const provider = new BasicTracerProvider({ spanProcessors: [...arm.spanProcessors] });
  const tracer = provider.getTracer('arms.test');
  for (let index = 0; index < spanCount; index += 1) tracer.startSpan('span').end();
  await provider.forceFlush().catch(() => {});
  await provider.shutdown().catch(() => {});
}

describe.each([
  ['batch-otlp-json', '/v1/traces application/json'],
  ['batch-otlp-protobuf', '/v1/traces application/x-protobuf'],
] as const)('arm %s', (name, contentType) => {
  it('sends to the sink in its own format and loses nothing', async () => {
    const { sinkUrl, contentTypes } = await startReceiver(200);
    const arm = (await loadArm(name))({ sinkUrl });
    await endSpans(arm, 600);
    expect([...contentTypes]).toEqual([contentType]);
    expect(await arm.countLosses()).toEqual({ droppedSpanCount: 0, failedSpanCount: 0 });
  });

  it('counts what its queue had no room for as dropped', async () => {
    const { sinkUrl } = await startReceiver(200);
    const arm = (await loadArm(name))({ sinkUrl });
    await endSpans(arm, BATCH_QUEUE_SPAN_COUNT + 1_000);
    const { droppedSpanCount, failedSpanCount } = await arm.countLosses();
    expect(failedSpanCount).toBe(0);
    // The first full batch leaves the queue at once; the rest of what does not fit is lost.
    expect(droppedSpanCount).toBe(1_000 - 512);
  });

  it('counts what the sink refused as failed', async () => {
    const { sinkUrl } = await startReceiver(400);
    const arm = (await loadArm(name))({ sinkUrl });
    await endSpans(arm, 100);
    expect(await arm.countLosses()).toEqual({ droppedSpanCount: 0, failedSpanCount: 100 });
  });
});

it('has a control arm that exports nothing', async () => {
  const arm = (await loadArm('control'))({ sinkUrl: 'http://127.0.0.1:1' });
  expect(arm.spanProcessors).toEqual([]);
  expect(await arm.countLosses()).toEqual({ droppedSpanCount: 0, failedSpanCount: 0 });
});

it('knows its arms by name', () => {
  expect(isArmName('control')).toBe(true);
  expect(isArmName('toString')).toBe(false);
});

describe('in a fresh process', () => {
  const EXPORTERS = ['exporter-trace-otlp-http', 'exporter-trace-otlp-proto'];

  it.each([
    ['control', []],
    ['batch-otlp-json', ['exporter-trace-otlp-http']],
    ['batch-otlp-protobuf', ['exporter-trace-otlp-proto']],
    ['offloop', []],
  ] satisfies [ArmName, string[]][])('arm %s loads no exporter of another arm', async (name, expected) => {
    const script = `
      const { loadArm } = await import(${JSON.stringify(BUILT_INDEX.href)});
      await loadArm(${JSON.stringify(name)});
      const { Module } = await import('node:module');
      console.log(JSON.stringify(Object.keys(Module._cache)));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    const files = JSON.parse(stdout) as string[];
    const loaded = EXPORTERS.filter((exporter) => files.some((file) => file.includes(`/${exporter}/`)));
    expect(loaded).toEqual(expected);
  });
});
