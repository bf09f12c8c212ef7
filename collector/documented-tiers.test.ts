import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SpanStatusCode } from '@opentelemetry/api';
import { WorkerSpanProcessor } from 'offloop';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findFreePort } from '../experiments/service/free-port.js';
import { Sink } from '../experiments/sink/sink.js';
import { type Certificates, hasOpenssl, makeCertificates } from './certificates.js';
import { CollectorProcess } from './collector-process.js';
import { makeSpanPair, sortById, traceTo } from './made-spans.js';

const TOKEN = 'ingest-t0ken';
const ARRIVAL = { timeout: 60_000, interval: 100 };

let folder: string;
let certificates: Certificates;
let backend: Sink;
let ports: { readonly agentHttp: number; readonly gatewayHttp: number; readonly gatewayGrpc: number };
const running = new Set<CollectorProcess>();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offloop-tiers-'));
  if (hasOpenssl) certificates = await makeCertificates(join(folder, 'certificates'));
  backend = await Sink.listen({ port: 0, maxKeptSpanCount: 100_000 });
  ports = { agentHttp: await findFreePort(), gatewayHttp: await findFreePort(), gatewayGrpc: await findFreePort() };
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all([...running].map((collector) => collector.stop('SIGKILL')));
  running.clear();
  await backend.close();
  await rm(folder, { recursive: true, force: true });
});

/**
 * As its document stands, with the variables that it asks for; but for the Collector's own metrics, whose port is one
 * and the same for all on a machine.
 */
async function start(names: readonly string[], environment: Readonly<Record<string, string>>) {
  const documents = names.map((name) => fileURLToPath(new URL(`../docs/collector/${name}.yaml`, import.meta.url)));
  const overlay = join(folder, 'no-metrics.yaml');
  await writeFile(overlay, JSON.stringify({ service: { telemetry: { metrics: { level: 'none' } } } }));
  const collector = await CollectorProcess.start({ configs: [...documents, overlay], environment });
  running.add(collector);
  return collector;
}

async function startAgent(): Promise<CollectorProcess> {
  return start(['agent'], {
    HEALTH_ENDPOINT: `127.0.0.1:${await findFreePort()}`,
    QUEUE_FOLDER: join(folder, 'queue'),
    HTTP_ENDPOINT: `127.0.0.1:${ports.agentHttp}`,
    GRPC_ENDPOINT: `127.0.0.1:${await findFreePort()}`,
    GATEWAY_ENDPOINT: `localhost:${ports.gatewayGrpc}`,
    CA_FILE: certificates.authority,
    CERT_FILE: certificates.client.certificate,
    KEY_FILE: certificates.client.key,
  });
}

async function startGateway(...overlays: readonly string[]): Promise<CollectorProcess> {
  return start(['gateway', ...overlays], {
    HEALTH_ENDPOINT: `127.0.0.1:${await findFreePort()}`,
    INGEST_TOKEN: TOKEN,
    HTTP_ENDPOINT: `127.0.0.1:${ports.gatewayHttp}`,
    GRPC_ENDPOINT: `127.0.0.1:${ports.gatewayGrpc}`,
    CA_FILE: certificates.authority,
    CERT_FILE: certificates.server.certificate,
    KEY_FILE: certificates.server.key,
    BACKEND_URL: new URL(backend.tracesUrl).origin,
    BACKEND_AUTHORIZATION: 'Basic example',
    DECISION_WAIT: '1s',
  });
}

async function countArrived(): Promise<number> {
  const { receivedCount, duplicateCount } = (await backend.report()).spans;
  return receivedCount - (duplicateCount ?? 0);
}

/** Straight to the gateway, with its token. */
function exportToGateway(): WorkerSpanProcessor {
  vi.stubEnv('OTEL_EXPORTER_OTLP_CERTIFICATE', certificates.authority);
  return new WorkerSpanProcessor({
    exporter: {
      url: `https://localhost:${ports.gatewayHttp}/v1/traces`,
      headers: { authorization: `Bearer ${TOKEN}` },
    },
  });
}

describe.skipIf(!hasOpenssl)('agent.yaml before gateway.yaml', () => {
  it('delivers every span though both are killed, and the backend is away for a while', async () => {
    let gateway = await startGateway();
    let agent = await startAgent();
    await backend.setBehaviour({ fail: { status: 503 } });
    const processor = new WorkerSpanProcessor({
      exporter: { url: `http://127.0.0.1:${ports.agentHttp}/v1/traces` },
      maxExportBatchSize: 20,
    });
    const { tracer, listMade } = traceTo(processor);
    const makeSpans = async () => {
      for (let index = 0; index < 100; index += 1) makeSpanPair(tracer);
      // The agent has answered: it is the agent's to deliver them.
      await processor.forceFlush();
    };
    await makeSpans();
    await agent.stop('SIGKILL');
    agent = await startAgent();
    await makeSpans();
    // Spans are in the gateway's hands as well.
    await expect.poll(async () => (await backend.report()).requests.countByStatus[503], ARRIVAL).toBeGreaterThan(0);
    await gateway.stop('SIGKILL');
    await makeSpans();
    gateway = await startGateway();
    await backend.setBehaviour({});
    await expect.poll(countArrived, ARRIVAL).toBe(600);
    expect(processor.stats()).toMatchObject({ exportedSpanCount: 600, failedSpanCount: 0 });
    await processor.shutdown();

    const arrived = new Map((await backend.spans()).map((span) => [span.spanId, span]));
    expect(sortById([...arrived.values()])).toEqual(sortById(listMade()));
    const [request] = await backend.requests();
    expect(request?.headers).toMatchObject({ authorization: 'Basic example' });
  });
});

describe.skipIf(!hasOpenssl)('gateway.yaml', () => {
  it('takes spans from a process that has its token', async () => {
    await startGateway();
    const processor = exportToGateway();
    const { tracer, listMade } = traceTo(processor);
    for (let index = 0; index < 50; index += 1) makeSpanPair(tracer);
    await processor.forceFlush();
    // It has answered, so the backend has them.
    expect(sortById(await backend.spans())).toEqual(sortById(listMade()));
    await processor.shutdown();
  });

  it('under tail-sampling.yaml passes on whole traces: all that went wrong, and some of the others', async () => {
    await startGateway('tail-sampling');
    const processor = exportToGateway();
    const { tracer } = traceTo(processor);
    // So many that they would not be through in time one by one.
    for (let index = 0; index < 400; index += 1) makeSpanPair(tracer);
    for (let index = 0; index < 200; index += 1) {
      const span = tracer.startSpan('fine');
      span.setStatus({ code: SpanStatusCode.OK });
      span.end();
    }
    await processor.shutdown();
    const countByName = async (name: string) => (await backend.spans()).filter((span) => span.name === name).length;
    await expect.poll(() => countByName('bare'), ARRIVAL).toBe(400);
    expect(await countByName('chat tự do')).toBe(400);
    // All traces are decided about at the same time; ten in a hundred of 200, which is never 100.
    await expect.poll(() => countByName('fine'), ARRIVAL).toBeGreaterThan(0);
    expect(await countByName('fine')).toBeLessThan(100);
  });
});
