import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorkerSpanProcessor, type WorkerSpanProcessorOptions } from 'offloop';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Certificates, hasOpenssl, makeCertificates } from './certificates.js';
import { FileCollector, type FileCollectorOptions } from './file-collector.js';
import { makeSpanPair, sortById, traceTo } from './made-spans.js';
import { RecordingProxy } from './recording-proxy.js';

const PAIR_COUNT = 50;
const GRPC = { module: '@opentelemetry/exporter-trace-otlp-grpc', export: 'OTLPTraceExporter' };

type Exporter = NonNullable<WorkerSpanProcessorOptions['exporter']>;

interface Protocol {
  readonly name: string;
  /** The rest is in the environment, where all three read it. */
  readonly exporter: Exporter;
  readonly endpointOf: (collector: FileCollector) => string;
}

const PROTOCOLS: readonly Protocol[] = [
  { name: 'http/protobuf', exporter: { protocol: 'http/protobuf' }, endpointOf: ({ httpUrl }) => httpUrl },
  { name: 'http/json', exporter: { protocol: 'http/json' }, endpointOf: ({ httpUrl }) => httpUrl },
  { name: 'grpc', exporter: GRPC, endpointOf: ({ grpcUrl }) => grpcUrl },
];

let collector: FileCollector | undefined;
let folder: string;
let certificates: Certificates;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offloop-certificates-'));
  if (hasOpenssl) certificates = await makeCertificates(folder);
});

afterAll(() => rm(folder, { recursive: true }));

afterEach(async () => {
  vi.unstubAllEnvs();
  await collector?.remove();
  collector = undefined;
});

async function startCollector(options?: FileCollectorOptions): Promise<FileCollector> {
  collector = await FileCollector.start(options);
  return collector;
}

/** Ends spans of every kind and has them delivered. */
async function exportSpans(exporter: Exporter, environment: Readonly<Record<string, string>>) {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const processor = new WorkerSpanProcessor({ exporter, exportTimeoutMillis: 20_000, maxExportBatchSize: 30 });
  const { tracer, listMade } = traceTo(processor);
  for (let index = 0; index < PAIR_COUNT; index += 1) makeSpanPair(tracer);
  // It rejects where they are not taken: what became of them is in the counts.
  await processor.forceFlush().catch(() => {});
  const stats = processor.stats();
  await processor.shutdown().catch(() => {});
  return { stats, made: listMade() };
}

/** That the file holds what was made, no span less and none twice. */
async function expectDelivered(
  { name, exporter, endpointOf }: Protocol,
  options: FileCollectorOptions,
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  const started = await startCollector(options);
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: endpointOf(started) };
  const { stats, made } = await exportSpans(exporter, { ...endpoint, ...environment });
  const spanCount = PAIR_COUNT * 2;
  expect(stats, name).toMatchObject({ acceptedSpanCount: spanCount, exportedSpanCount: spanCount, failedSpanCount: 0 });
  await started.stop();
  const written = await started.readSpans();
  expect(written).toHaveLength(spanCount);
  expect(sortById(written)).toEqual(sortById(made));
}

/** That nothing comes in, and that the service is told. */
async function expectRefused(
  { exporter, endpointOf }: Protocol,
  options: FileCollectorOptions,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const started = await startCollector(options);
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: endpointOf(started) };
  const { stats } = await exportSpans(exporter, { OTEL_EXPORTER_OTLP_TIMEOUT: '3000', ...endpoint, ...environment });
  expect(stats).toMatchObject({ exportedSpanCount: 0, failedSpanCount: PAIR_COUNT * 2, pendingSpanCount: 0 });
  await started.stop();
  expect(await started.readSpans()).toEqual([]);
}

describe.each(PROTOCOLS)('spans that leave by $name', (protocol) => {
  it('are in the Collector as they were made', () => expectDelivered(protocol, {}));

  it('are in the Collector as they were made, compressed by OTEL_EXPORTER_OTLP_COMPRESSION', () =>
    expectDelivered(protocol, {}, { OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' }));

  it('get in with the bearer token that the Collector asks for', () =>
    expectDelivered(protocol, askForToken('t0ken'), { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20t0ken' }));

  it('do not get in with another token, and have failed', () =>
    expectRefused(protocol, askForToken('t0ken'), { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20other' }));

  describe.skipIf(!hasOpenssl)('over TLS', () => {
    it('get in with the certificate of the authority', () =>
      expectDelivered(protocol, { receiver: { tls: showCertificate() } }, trustAuthority()));

    it('do not get in without it: a stranger may be listening', () =>
      expectRefused(protocol, { receiver: { tls: showCertificate() } }, {}));

    it('get in with the certificate of the service that the Collector asks for', () =>
      expectDelivered(protocol, { receiver: { tls: askForCertificate() } }, { ...trustAuthority(), ...identify() }));

    it('do not get in without that', () =>
      expectRefused(protocol, { receiver: { tls: askForCertificate() } }, trustAuthority()));
  });
});

describe.each(PROTOCOLS.slice(0, 2))('requests by $name', ({ exporter }) => {
  it.each(['gzip', 'none'])("are sent with compression '%s', a batch each", async (compression) => {
    const started = await startCollector();
    const proxy = await RecordingProxy.listen(started.httpUrl);
    const { made } = await exportSpans(exporter, {
      OTEL_EXPORTER_OTLP_ENDPOINT: proxy.url,
      OTEL_EXPORTER_OTLP_COMPRESSION: compression,
    });
    await proxy.close();
    expect(proxy.exchanges.length).toBeGreaterThanOrEqual(4);
    for (const { status, contentEncoding } of proxy.exchanges) {
      expect({ status, contentEncoding }).toEqual({
        status: 200,
        contentEncoding: compression === 'gzip' ? 'gzip' : undefined,
      });
    }
    await started.stop();
    expect(sortById(await started.readSpans())).toEqual(sortById(made));
  });
});

function askForToken(token: string): FileCollectorOptions {
  return { extensions: { bearertokenauth: { token } }, receiver: { auth: { authenticator: 'bearertokenauth' } } };
}

function showCertificate() {
  return { cert_file: certificates.server.certificate, key_file: certificates.server.key };
}

function askForCertificate() {
  return { ...showCertificate(), client_ca_file: certificates.authority };
}

function trustAuthority() {
  return { OTEL_EXPORTER_OTLP_CERTIFICATE: certificates.authority };
}

function identify() {
  return {
    OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: certificates.client.certificate,
    OTEL_EXPORTER_OTLP_CLIENT_KEY: certificates.client.key,
  };
}
