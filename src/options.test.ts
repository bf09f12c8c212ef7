import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OffloopConfigError } from './errors.js';
import { resolveOptions, type WorkerSpanProcessorOptions } from './options.js';

const warn = vi.fn();

beforeEach(() => {
  warn.mockClear();
  diag.setLogger(
    { error: vi.fn(), warn, info: vi.fn(), debug: vi.fn(), verbose: vi.fn() },
    { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true },
  );
});

afterEach(() => diag.disable());

describe('defaults', () => {
  it("are the SDK's, with the queue bounded by bytes instead of spans", () => {
    const { onDrop: _, ...resolved } = resolveOptions({}, {});
    expect(resolved).toEqual({
      exporter: { type: 'otlp-protobuf', options: {}, maxConcurrentExports: 8 },
      maxQueueBytes: 67_108_864,
      maxQueueSize: Number.POSITIVE_INFINITY,
      maxExportBatchSize: 512,
      scheduledDelayMillis: 5_000,
      exportTimeoutMillis: 30_000,
      maxSpanBytes: 16_777_216,
      exitDrainTimeoutMillis: 5_000,
      flushOnSignals: [],
      worker: { threads: 1, maxOldGenerationSizeMb: undefined, url: undefined, niceIncrement: 0 },
      handOff: 'transfer',
    });
  });

  it('lower maxSpanBytes with the queue, so that no span is too large to be queued', () => {
    expect(resolveOptions({ maxQueueBytes: 2 ** 22 }, {}).maxSpanBytes).toBe(2 ** 22);
  });
});

describe('environment', () => {
  const environment = {
    OTEL_BSP_MAX_QUEUE_SIZE: '4096',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: ' 100 ',
    OTEL_BSP_SCHEDULE_DELAY: '0',
    OTEL_BSP_EXPORT_TIMEOUT: '1234',
  };

  it('fills what the code leaves out', () => {
    expect(resolveOptions({}, environment)).toMatchObject({
      maxQueueSize: 4096,
      maxExportBatchSize: 100,
      scheduledDelayMillis: 0,
      exportTimeoutMillis: 1234,
    });
  });

  it('yields to the code', () => {
    expect(resolveOptions({ maxQueueSize: 9, maxExportBatchSize: 8 }, environment)).toMatchObject({
      maxQueueSize: 9,
      maxExportBatchSize: 8,
    });
  });

  it.each(['-1', 'many', '1.5', '99999999999999999999'])('warns about %j and uses the default', (text) => {
    expect(resolveOptions({}, { OTEL_BSP_EXPORT_TIMEOUT: text }).exportTimeoutMillis).toBe(30_000);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining(`OTEL_BSP_EXPORT_TIMEOUT: expected a whole number`));
  });

  const protobuf = { type: 'otlp-protobuf', options: {}, maxConcurrentExports: 8 };
  const json = {
    type: 'hosted',
    module: '@opentelemetry/exporter-trace-otlp-http',
    exportName: 'OTLPTraceExporter',
    options: {},
    maxConcurrentExports: 8,
  };

  it.each([
    ['http/json', json],
    ['http/protobuf', protobuf],
    ['', protobuf],
  ])('protocol %j is spoken by the official exporter, or by offloop itself', (protocol, exporter) => {
    expect(resolveOptions({}, { OTEL_EXPORTER_OTLP_PROTOCOL: protocol }).exporter).toEqual(exporter);
  });

  it('leaves the choice of the protocol to the code, whose other options go with either', () => {
    const environment = { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' };
    const options = { url: 'http://localhost:4318/v1/traces', compression: 'gzip' as const };
    expect(resolveOptions({ exporter: { protocol: 'http/json', ...options } }, environment).exporter).toEqual({
      ...json,
      options,
    });
    expect(resolveOptions({ exporter: options }, environment).exporter).toEqual({ ...protobuf, options });
  });

  it.each([
    ['http/json', json],
    ['http/protobuf', protobuf],
  ] as const)('%s has as many exports under way as it is told', (protocol, exporter) => {
    // The official exporter fails those past its own limit: it is told as well.
    const options = { concurrencyLimit: 30 };
    expect(resolveOptions({ exporter: { protocol, ...options } }, {}).exporter).toEqual({
      ...exporter,
      options,
      maxConcurrentExports: 30,
    });
  });

  it('prefers the protocol of traces to that of all signals', () => {
    const { exporter } = resolveOptions(
      {},
      { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json' },
    );
    expect(exporter).toEqual(json);
  });

  it('warns about an unknown protocol, and about gRPC without its package', () => {
    // A program in a folder that has nothing installed.
    vi.spyOn(process, 'cwd').mockReturnValue(tmpdir());
    const programs = process.argv.splice(1, 1, join(tmpdir(), 'app.js'));
    for (const protocol of ['carrier-pigeon', 'grpc']) {
      const { exporter } = resolveOptions({}, { OTEL_EXPORTER_OTLP_PROTOCOL: protocol });
      expect(exporter).toEqual(protobuf);
      expect(warn).toHaveBeenLastCalledWith(expect.stringContaining(protocol));
    }
    process.argv.splice(1, 1, ...programs);
    vi.restoreAllMocks();
  });

  it('never lets a batch be larger than the queue', () => {
    expect(resolveOptions({ maxQueueSize: 10 }, {}).maxExportBatchSize).toBe(10);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('maxExportBatchSize (512)'));
  });
});

describe('bad options', () => {
  const bad: [option: string, options: Record<string, unknown>, message: RegExp][] = [
    ['maxQueueBytes', { maxQueueBytes: 12 }, /expected a whole number from 4194304, got 12/],
    ['maxQueueSize', { maxQueueSize: '10' }, /expected a whole number from 1, got '10'/],
    ['maxExportBatchSize', { maxExportBatchSize: 0 }, /expected a whole number from 1, got 0/],
    ['scheduledDelayMillis', { scheduledDelayMillis: 2 ** 31 }, /from 0 to 2147478647/],
    ['exportTimeoutMillis', { exportTimeoutMillis: Number.NaN }, /got NaN/],
    ['maxSpanBytes', { maxQueueBytes: 2 ** 22, maxSpanBytes: 2 ** 23 }, /at most maxQueueBytes \(4194304\)/],
    ['exitDrainTimeoutMillis', { exitDrainTimeoutMillis: -1 }, /a whole number from 0/],
    ['flushOnSignals', { flushOnSignals: 'SIGTERM' }, /an array of signals.*got 'SIGTERM'/],
    ['flushOnSignals', { flushOnSignals: ['SIGKILL'] }, /can be listened to/],
    ['flushOnSignals', { flushOnSignals: ['SIGNOPE'] }, /got \[ 'SIGNOPE' \]/],
    ['worker', { worker: 2 }, /expected an object, got 2/],
    ['worker.threads', { worker: { threads: 65 } }, /from 1 to 64, got 65/],
    ['worker.niceIncrement', { worker: { niceIncrement: 20 } }, /from 0 to 19, got 20/],
    ['worker.heap', { worker: { heap: 1 } }, /unknown option; expected one of threads, maxOldGenerationSizeMb, url/],
    ['worker.url', { worker: { url: 'offloop-worker.cjs' } }, /expected a file: URL, got 'offloop-worker.cjs'/],
    ['worker.url', { worker: { url: new URL('https://example.com/w.cjs') } }, /expected a file: URL, got 'https:/],
    ['worker.url', { worker: { url: 'file://elsewhere/w.cjs' } }, /expected a file: URL/],
    ['worker.url', { worker: { url: null } }, /expected a file: URL, got null/],
    ['maxQueueLength', { maxQueueLength: 1 }, /unknown option; expected one of exporter, hooks, maxQueueBytes/],
    ['handOff', { handOff: 'clone' }, /expected one of 'transfer', 'shared', got 'clone'/],
    ['onDrop', { onDrop: 'log' }, /expected a function, got 'log'/],
    ['selfObsMeterProvider', { selfObsMeterProvider: true }, /expected an object with a method getMeter, got true/],
    [
      'selfObsMeterProvider',
      { selfObsMeterProvider: { token: 's' } },
      /with a method getMeter, got an object without it/,
    ],
    ['exporter', { exporter: 'http://localhost' }, /expected an object/],
    ['exporter.protocol', { exporter: { protocol: 'grpc' } }, /expected one of 'http\/protobuf', 'http\/json'/],
    ['exporter.url', { exporter: { url: 'localhost:4318' } }, /expected an http: or https: URL/],
    ['exporter.endpoint', { exporter: { endpoint: 'x' } }, /unknown option/],
    ['exporter.compression', { exporter: { compression: 'br' } }, /expected one of 'gzip', 'none'/],
    ['exporter.module', { exporter: { module: 'no-such-exporter' } }, /npm install no-such-exporter/],
    [
      'exporter.module',
      { exporter: { module: 'file:///no/such.js' } },
      /a file that exists, got 'file:\/\/\/no\/such.js'/,
    ],
    ['exporter.module', { exporter: { module: 'file://host/such.js' } }, /a file that exists/],
    ['exporter.module', { exporter: { module: new URL('.', import.meta.url) } }, /a file that exists/],
    ['exporter.module', { exporter: { module: 'node:fs' } }, /'node:fs' was not found/],
    [
      'exporter.maxConcurrentExports',
      { exporter: { module: 'piscina', maxConcurrentExports: 31 } },
      /a whole number from 1 to 30, got 31/,
    ],
    ['exporter.concurrencyLimit', { exporter: { concurrencyLimit: 0 } }, /a whole number from 1 to 30, got 0/],
    ['exporter.export', { exporter: { module: 'piscina', export: 3 } }, /the name of an export, got 3/],
    ['hooks', { hooks: './mask.js' }, /expected an object, got '.\/mask.js'/],
    ['hooks.mask', { hooks: { mask: () => 1 } }, /unknown option; expected one of module, export/],
    ['hooks.module', { hooks: {} }, /expected a package name or a file: URL, got undefined/],
    ['hooks.module', { hooks: { module: 'no-such-hooks' } }, /npm install no-such-hooks/],
    ['hooks.module', { hooks: { module: 'file:///no/such.js' } }, /a file that exists/],
    ['hooks.export', { hooks: { module: 'piscina', export: '' } }, /the name of an export, got ''/],
    ['hooks.maskTimeoutMillis', { hooks: { module: 'piscina', maskTimeoutMillis: 0 } }, /from 1 to 2147483647, got 0/],
    ['hooks.maskKeys', { hooks: { module: 'piscina', maskKeys: [] } }, /an array of keys.*got \[\]/],
    ['hooks.maskKeys', { hooks: { module: 'piscina', maskKeys: ['*.text'] } }, /exact or ending in \*/],
    [
      'exporter.options.agent',
      { exporter: { module: 'piscina', options: { agent: () => 0 } } },
      /a module of your own/,
    ],
  ];

  it.each(bad)('%s is refused with what was expected and what came', (option, options, message) => {
    const resolve = () => resolveOptions(options as WorkerSpanProcessorOptions, {});
    expect(resolve).toThrow(OffloopConfigError);
    expect(resolve).toThrow(message);
    expect(resolve).toThrow(expect.objectContaining({ option, code: 'ERR_OFFLOOP_CONFIG' }));
  });

  it('keep the value of a header and the credentials of a URL out of the message', () => {
    const secrets = [
      { exporter: { headers: { authorization: ['secret'] } } },
      { exporter: { url: 'ftp://user:secret@host' } },
    ];
    for (const options of secrets) {
      expect(() => resolveOptions(options as unknown as WorkerSpanProcessorOptions, {})).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining('secret') }),
      );
    }
  });
});

describe('a hosted exporter', () => {
  it('is found from where the service runs, and named by its file', () => {
    const { exporter } = resolveOptions({ exporter: { module: 'piscina', export: 'X', options: { a: 1 } } }, {});
    expect(exporter).toEqual({
      type: 'hosted',
      module: expect.stringMatching(/^file:.*piscina/),
      exportName: 'X',
      options: { a: 1 },
      maxConcurrentExports: 1,
    });
  });

  it('may be given as a file: URL', () => {
    const { exporter } = resolveOptions({ exporter: { module: new URL(import.meta.url) } }, {});
    expect(exporter).toMatchObject({ module: import.meta.url, exportName: 'default' });
  });

  it('may be said to take several exports at a time', () => {
    const exporter = { module: new URL(import.meta.url), maxConcurrentExports: 8 };
    expect(resolveOptions({ exporter }, {}).exporter).toMatchObject({ maxConcurrentExports: 8 });
  });
});

it.each([
  ['linux', []],
  ['darwin', [[expect.stringMatching(/worker\.niceIncrement is ignored: .* not darwin/)]]],
])('on %s the priority of the worker is lowered, or a line says that it is not', (platform, lines) => {
  vi.spyOn(process, 'platform', 'get').mockReturnValue(platform as NodeJS.Platform);
  expect(resolveOptions({ worker: { niceIncrement: 5 } }, {}).worker.niceIncrement).toBe(5);
  vi.restoreAllMocks();
  expect(warn.mock.calls).toEqual(lines);
});

describe('hooks', () => {
  it('are found as an exporter is, and ask about everything by default', () => {
    const { hooks } = resolveOptions({ hooks: { module: 'piscina' } }, {});
    expect(hooks).toEqual({
      module: expect.stringMatching(/^file:.*piscina/),
      exportName: null,
      style: 'offloop',
      maskKeys: null,
      maskTimeoutMillis: 5_000,
      placeholder: '<mask failed>',
    });
  });

  it('take what the user wrote', () => {
    const hooks = {
      module: new URL(import.meta.url),
      export: 'hooks',
      maskTimeoutMillis: 10,
      maskKeys: ['a', 'b.*', '*'],
    };
    expect(resolveOptions({ hooks }, {}).hooks).toMatchObject({
      module: import.meta.url,
      exportName: 'hooks',
      maskTimeoutMillis: 10,
      maskKeys: ['a', 'b.*', '*'],
    });
  });
});
