import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Sink } from '../experiments/sink/sink.js';
import { GrpcTraceReceiver } from './fixtures/grpc-trace-receiver.js';
import { INSTALL_TIMEOUT_MILLIS, installPackages } from './fixtures/install-packages.js';
import { ProgramFolder } from './fixtures/program-folder.js';

const API = '@opentelemetry/api';

const SDK_2_WITH_INSTRUMENTATIONS = {
  '@opentelemetry/api': '1.9.1',
  '@opentelemetry/auto-instrumentations-node': '0.81.2',
};
const SDK_3 = {
  '@opentelemetry/api': '1.10.0',
  '@opentelemetry/resource-detector-container': '0.9.0',
  '@opentelemetry/sdk-node': '0.301.0',
};

/** Asks a page, by the URL that is its first argument, inside a span; a second time when the first is done. */
const REQUEST = `
  const [, , url] = process.argv;
  const get = () => new Promise((resolve) => {
    http.get(url, (response) => response.resume().on('end', resolve));
  });
  trace.getTracer('program').startActiveSpan('work', async (span) => {
    await get();
    span.end();
  });
`;
/** Prints the names of the headers that a request would carry. */
const CARRIER = `
  import { context, propagation, trace } from '${API}';
  trace.getTracer('program').startActiveSpan('work', (span) => {
    const carrier = {};
    propagation.inject(context.active(), carrier);
    console.log(Object.keys(carrier).sort().join());
    span.end();
  });
`;
const PROGRAMS = {
  'app.mjs': `import http from 'node:http'; import { trace } from '${API}';${REQUEST}`,
  'app.cjs': `const http = require('node:http'); const { trace } = require('${API}');${REQUEST}`,
};
/** Metrics and logs are the SDK's own, and the sink takes none; by default clouds are asked what they are, over the network. */
const TRACES_ONLY = {
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_NODE_RESOURCE_DETECTORS: 'env,process',
};

/** Each of the two may take so long. */
const SILENT_MILLIS = 4_000;

let sink: Sink;
let page: Server;
let pageUrl: string;
let folders: ProgramFolder[] = [];

beforeAll(async () => {
  page = createServer((_request, response) => response.end('page'));
  await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
  pageUrl = `http://127.0.0.1:${(page.address() as AddressInfo).port}/`;
});

beforeEach(async () => {
  sink = await Sink.listen({ port: 0, maxKeptSpanCount: 100 });
});

afterEach(async () => {
  await sink.close();
  for (const folder of folders) folder.remove();
  folders = [];
});

afterAll(() => page.close());

function createFolder(installed: readonly string[], from: string): ProgramFolder {
  const folder = new ProgramFolder([API, ...installed], from).write(PROGRAMS);
  folders.push(folder);
  return folder;
}

async function preload(folder: ProgramFolder, file: string, variables: Readonly<Record<string, string>> = {}) {
  return folder.run(file, {
    execArgv: ['--import', 'offloop/register'],
    args: [pageUrl],
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, ...TRACES_ONLY, ...variables },
  });
}

async function readTree(): Promise<string[]> {
  const spans = await sink.spans();
  const names = new Map(spans.map(({ spanId, name }) => [spanId, name]));
  return spans.map(({ name, parentSpanId }) => `${names.get(parentSpanId) ?? ''}/${name}`).sort();
}

async function readResource(): Promise<Record<string, unknown>> {
  const [span] = await sink.spans();
  return Object.fromEntries((span?.resource.attributes ?? []).map(({ key, value }) => [key, value]));
}

const SILENT = { exitCode: 0, signal: null, stdout: '', stderr: '' };

describe('auto-instrumentations-node, with the NodeSDK 2.x that it brings', () => {
  let installed: string;
  beforeAll(async () => {
    installed = await installPackages('register-sdk-2', SDK_2_WITH_INSTRUMENTATIONS);
  }, INSTALL_TIMEOUT_MILLIS);

  it.each(Object.keys(PROGRAMS))('traces the requests of %s', async (file) => {
    const folder = createFolder(['@opentelemetry/auto-instrumentations-node'], installed);
    expect(await preload(folder, file)).toEqual(SILENT);
    expect(await readTree()).toEqual(['/work', 'work/GET']);
  });

  it('lets an instrumentation see what is imported of an ES module', async () => {
    const folder = createFolder(
      ['@opentelemetry/auto-instrumentations-node', '@opentelemetry/sdk-node', '@opentelemetry/instrumentation'],
      installed,
    );
    mkdirSync(join(folder.path, 'node_modules', 'greeter'));
    folder.write({
      'node_modules/greeter/package.json':
        '{"name":"greeter","version":"1.0.0","type":"module","exports":"./index.js"}',
      'node_modules/greeter/index.js': `export const greet = () => 'plain';`,
      'greet.mjs': `import { greet } from 'greeter'; console.log(greet());`,
      'config.cjs': `
        const { InstrumentationBase, InstrumentationNodeModuleDefinition } = require('@opentelemetry/instrumentation');
        class GreeterInstrumentation extends InstrumentationBase {
          init() {
            return new InstrumentationNodeModuleDefinition('greeter', ['*'], (exports) => {
              this._wrap(exports, 'greet', () => () => 'instrumented');
              return exports;
            });
          }
        }
        module.exports = { sdk: { instrumentations: [new GreeterInstrumentation('greeter', '1.0.0', {})] } };`,
    });
    const run = await preload(folder, 'greet.mjs', { OFFLOOP_CONFIG: 'config.cjs' });
    expect(run).toEqual({ ...SILENT, stdout: 'instrumented\n' });
  });

  it('obeys its variables, and those of the detectors', async () => {
    const folder = createFolder(['@opentelemetry/auto-instrumentations-node'], installed);
    const variables = {
      OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'http,undici,net,dns',
      OTEL_NODE_RESOURCE_DETECTORS: 'env',
    };
    expect(await preload(folder, 'app.mjs', { ...variables, OTEL_SERVICE_NAME: 'shop' })).toEqual(SILENT);
    expect(await readTree()).toEqual(['/work']);
    const resource = await readResource();
    expect(resource).toMatchObject({ 'service.name': { stringValue: 'shop' } });
    expect(resource).not.toHaveProperty(['process.pid']);
  });

  it('gives way to the instrumentations of the config module', async () => {
    const folder = createFolder(['@opentelemetry/auto-instrumentations-node', '@opentelemetry/sdk-node'], installed);
    folder.write({ 'config.mjs': 'export default { sdk: { instrumentations: [] } };' });
    expect(await preload(folder, 'app.cjs', { OFFLOOP_CONFIG: 'config.mjs' })).toEqual(SILENT);
    expect(await readTree()).toEqual(['/work']);
  });

  it('prints, and sends nothing, where OTEL_TRACES_EXPORTER is console', async () => {
    const folder = createFolder(['@opentelemetry/auto-instrumentations-node'], installed);
    const run = await preload(folder, 'app.cjs', { OTEL_TRACES_EXPORTER: 'console' });
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(run.stdout).toMatch(/name: 'GET'.*name: 'work'/s);
    expect((await sink.report()).requests.receivedCount).toBe(0);
  });

  it('says nothing of loggers where OTEL_LOG_LEVEL sets one', async () => {
    const folder = createFolder(['@opentelemetry/auto-instrumentations-node'], installed);
    const run = await preload(folder, 'app.cjs', { OTEL_LOG_LEVEL: 'warn', OTEL_BSP_SCHEDULE_DELAY: 'soon' });
    expect(run.stderr).toMatch(/OTEL_BSP_SCHEDULE_DELAY: expected a whole number/);
    expect(run.stderr).not.toMatch(/overwritten|logger/i);
  });

  it.each([
    ['the environment', {}],
    ['a config module', { processor: { exporter: { compression: 'gzip' } } }],
  ])('sends over gRPC, with the exporter that the SDK brings and the program does not see (%s)', async (_, config) => {
    const receiver = await GrpcTraceReceiver.listen(sink.tracesUrl);
    const folder = createFolder(['@opentelemetry/auto-instrumentations-node'], installed);
    folder.write({ 'config.cjs': `module.exports = ${JSON.stringify(config)};` });
    const variables = {
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OFFLOOP_CONFIG: 'config.cjs',
    };
    const run = await preload(folder, 'app.mjs', variables);
    receiver.close();
    expect(run).toEqual(SILENT);
    expect(await readTree()).toEqual(['/work', 'work/GET']);
  });

  it.each([{ OTEL_TRACES_EXPORTER: 'none' }, { OTEL_SDK_DISABLED: 'true' }])(
    'makes no spans: %j',
    async (variables) => {
      const folder = createFolder(['@opentelemetry/auto-instrumentations-node'], installed);
      expect(await preload(folder, 'app.mjs', variables)).toEqual(SILENT);
      expect(await readTree()).toEqual([]);
    },
  );

  it.each([
    ['b3', ['b3']],
    ['b3multi,tracecontext', ['traceparent', 'x-b3-sampled', 'x-b3-spanid', 'x-b3-traceid']],
  ])('propagates by OTEL_PROPAGATORS=%s', async (names, expected) => {
    const folder = createFolder(['@opentelemetry/auto-instrumentations-node'], installed);
    folder.write({ 'carrier.mjs': CARRIER });
    const run = await preload(folder, 'carrier.mjs', { OTEL_PROPAGATORS: names });
    expect(run).toEqual({ ...SILENT, stdout: `${expected.join()}\n` });
  });

  it('delivers metrics at the end of the program as well', async () => {
    const folder = createFolder(['@opentelemetry/auto-instrumentations-node'], installed);
    const run = await preload(folder, 'app.cjs', { OTEL_METRICS_EXPORTER: 'console' });
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(run.stdout).toContain('http.client.request.duration');
    expect(await readTree()).toEqual(['/work', 'work/GET']);
  });

  it('waits for metrics and spans that nobody takes at the same time', async () => {
    const asked: (string | undefined)[] = [];
    const silent = createServer(({ url }) => void asked.push(url));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const folder = createFolder(['@opentelemetry/auto-instrumentations-node'], installed);
    folder.write({
      'config.cjs': `module.exports = { processor: { exitDrainTimeoutMillis: ${SILENT_MILLIS} } };`,
      'ends.cjs': `
        let endMillis = 0;
        process.once('beforeExit', () => { endMillis = performance.now(); });
        // After the handler that the preload has registered.
        process.once('exit', () => console.log(performance.now() - endMillis));
        ${PROGRAMS['app.cjs']}`,
    });
    const run = await preload(folder, 'ends.cjs', {
      OFFLOOP_CONFIG: 'config.cjs',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_METRICS_TIMEOUT: String(SILENT_MILLIS),
    });
    silent.closeAllConnections();
    silent.close();
    expect(run.exitCode).toBe(0);
    expect(new Set(asked)).toEqual(new Set(['/v1/metrics', '/v1/traces']));
    expect(Number(run.stdout)).toBeGreaterThan(0.9 * SILENT_MILLIS);
    expect(Number(run.stdout)).toBeLessThan(1.8 * SILENT_MILLIS);
  });
});

describe('the SDK 3.x', () => {
  let installed: string;
  beforeAll(async () => {
    installed = await installPackages('register-sdk-3', SDK_3);
  }, INSTALL_TIMEOUT_MILLIS);

  it('is started by its NodeSDK', async () => {
    const folder = createFolder(['@opentelemetry/sdk-node'], installed);
    expect(await preload(folder, 'app.mjs', { OTEL_TRACES_SAMPLER: 'always_on' })).toEqual(SILENT);
    expect(await readTree()).toEqual(['/work']);
  });

  it('is asked by detectors that are installed beside it', async () => {
    const folder = createFolder(['@opentelemetry/sdk-node', '@opentelemetry/resource-detector-container'], installed);
    const named = { OTEL_NODE_RESOURCE_DETECTORS: 'container,os,nowhere', OTEL_LOG_LEVEL: 'warn' };
    const run = await preload(folder, 'app.mjs', named);
    expect(run.stderr).toMatch(/OTEL_NODE_RESOURCE_DETECTORS: expected all, none or some of .*, got 'nowhere'/);
    expect(run.stderr).not.toMatch(/'container' needs/);
    const resource = await readResource();
    expect(resource).toHaveProperty(['os.type']);
    expect(resource).not.toHaveProperty(['process.pid']);
  });

  it('takes what a detector package finds', async () => {
    const folder = createFolder(['@opentelemetry/sdk-node'], installed);
    mkdirSync(join(folder.path, 'node_modules/@opentelemetry/resource-detector-container'));
    folder.write({
      'node_modules/@opentelemetry/resource-detector-container/index.js': `
        exports.containerDetector = { detect: () => ({ attributes: { 'container.id': 'c0ffee' } }) };
        exports.other = { detect: () => ({ attributes: { other: 'x' } }) };`,
    });
    expect(await preload(folder, 'app.mjs', { OTEL_NODE_RESOURCE_DETECTORS: 'container' })).toEqual(SILENT);
    const resource = await readResource();
    expect(resource).toMatchObject({ 'container.id': { stringValue: 'c0ffee' } });
    expect(resource).not.toHaveProperty(['other']);
  });

  it('is started from sdk-trace alone, with instrumentations of the config module', async () => {
    const folder = createFolder(
      // What it needs besides is seen from them only, as in a strict layout.
      ['@opentelemetry/sdk-trace', '@opentelemetry/context-async-hooks'],
      installed,
    );
    folder.write({
      'config.cjs': `
        const instrumentation = { setTracerProvider() {}, setMeterProvider() {}, getConfig: () => ({}), enable() {}, disable() {} };
        module.exports = { sdk: { instrumentations: [instrumentation], serviceName: 'shop' } };`,
    });
    const variables = { OFFLOOP_CONFIG: 'config.cjs', OTEL_TRACES_SAMPLER: 'parentbased_always_on' };
    expect(await preload(folder, 'app.mjs', variables)).toEqual(SILENT);
    expect(await readTree()).toEqual(['/work']);
    expect(await readResource()).toMatchObject({ 'service.name': { stringValue: 'shop' } });
    await sink.reset();
    expect(await preload(folder, 'app.mjs', { OTEL_TRACES_SAMPLER: 'always_off' })).toEqual(SILENT);
    expect(await readTree()).toEqual([]);
  });
});
