import { configureGlobalLogger, LogLevel, resetGlobalLogger } from '@langfuse/core';
import { LangfuseSpanProcessor, type LangfuseSpanProcessorParams } from '@langfuse/otel';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OtlpProtobufSettings } from '../protocol.js';
import type { LangfuseWorkerSpanProcessorOptions } from './langfuse-options.js';
import { LANGFUSE_MASK_KEYS, MASK_PLACEHOLDER } from './mask-keys.js';
import { resolveLangfuseOptions } from './resolve-langfuse-options.js';

const log = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn(), verbose: vi.fn() };
const KEYS = { publicKey: 'pk-lf-1', secretKey: 'sk-lf-SECRET' };

let consoleWarn: ReturnType<typeof vi.spyOn>;

beforeEach(() => {
  for (const level of Object.values(log)) level.mockClear();
  diag.setLogger(log, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
  configureGlobalLogger({ level: LogLevel.WARN, enableTimestamp: false });
  consoleWarn = vi.spyOn(console, 'warn').mockImplementation(() => {});
});

afterEach(() => {
  diag.disable();
  resetGlobalLogger();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

function otlpOptions(options: LangfuseWorkerSpanProcessorOptions): OtlpProtobufSettings['options'] {
  const { exporter } = resolveLangfuseOptions(options).pipeline;
  if (exporter.type === 'otlp-protobuf') return exporter.options;
  throw new Error(`expected otlp-protobuf, got ${exporter.type}`);
}

/** What an official processor was made with, read from its insides. */
interface OfficialInsides {
  readonly environment: string | undefined;
  readonly release: string | undefined;
  readonly mediaUploadEnabled: boolean;
  readonly apiClient: { readonly _options: { readonly baseUrl: string } };
  readonly processor: {
    readonly _maxExportBatchSize: number;
    readonly _scheduledDelayMillis: number;
    readonly _exporter: {
      readonly _delegate: {
        readonly _transport: {
          readonly _transport: {
            readonly _parameters: {
              readonly url: string;
              readonly timeoutMillis: number;
              headers(): Promise<Record<string, string>>;
            };
          };
        };
      };
    };
  };
}

async function readOfficial(options: LangfuseSpanProcessorParams) {
  const official = new LangfuseSpanProcessor(options) as unknown as OfficialInsides;
  const { processor, environment, release, mediaUploadEnabled, apiClient } = official;
  const { url, timeoutMillis, headers } = processor._exporter._delegate._transport._transport._parameters;
  const { 'User-Agent': _agent, 'Content-Type': _type, ...langfuseHeaders } = await headers();
  return {
    environment,
    release,
    mediaBaseUrl: mediaUploadEnabled ? apiClient._options.baseUrl : undefined,
    maxExportBatchSize: processor._maxExportBatchSize,
    scheduledDelayMillis: processor._scheduledDelayMillis,
    url,
    timeoutMillis,
    headers: langfuseHeaders,
  };
}

function readOurs(options: LangfuseSpanProcessorParams) {
  const { environment, release, pipeline } = resolveLangfuseOptions(options as LangfuseWorkerSpanProcessorOptions);
  const { url, timeoutMillis, headers } = (pipeline.exporter as OtlpProtobufSettings).options;
  return {
    environment,
    release,
    mediaBaseUrl: pipeline.media?.baseUrl,
    maxExportBatchSize: pipeline.maxExportBatchSize,
    scheduledDelayMillis: pipeline.scheduledDelayMillis,
    url,
    timeoutMillis,
    headers,
  };
}

const text = fc.constantFrom('', 'production', 'sdk-x', 'Ümlaut 1');
const url = fc.constantFrom('https://langfuse.example', 'http://localhost:3000/', 'https://host/base/path');

const drawnOptions = fc.record(
  {
    publicKey: text,
    secretKey: text,
    baseUrl: url,
    flushAt: fc.constantFrom(0, 1, 20, 512),
    flushInterval: fc.constantFrom(0, 0.25, 1, 1.1, 60),
    timeout: fc.constantFrom(0.5, 1.1, 5, 30),
    mediaUploadEnabled: fc.boolean(),
    environment: text,
    release: text,
    additionalHeaders: fc.constantFrom(
      {},
      { 'x-a': '1' },
      { Authorization: 'Bearer t', 'x-langfuse-sdk-name': 'mine' },
    ),
  },
  { requiredKeys: [] },
);

const drawnEnvironment = fc.record(
  {
    LANGFUSE_PUBLIC_KEY: text,
    LANGFUSE_SECRET_KEY: text,
    LANGFUSE_BASE_URL: fc.oneof(url, fc.constant('')),
    LANGFUSE_BASEURL: url,
    LANGFUSE_FLUSH_AT: fc.constantFrom('', '3', ' 4 '),
    LANGFUSE_FLUSH_INTERVAL: fc.constantFrom('', '0', '2', '0.5'),
    LANGFUSE_TIMEOUT: fc.constantFrom('', '7', '1.5'),
    LANGFUSE_MEDIA_UPLOAD_ENABLED: fc.constantFrom('', 'false', 'FALSE', '0', 'no', 'true', '1'),
    LANGFUSE_TRACING_ENVIRONMENT: text,
    LANGFUSE_RELEASE: text,
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: fc.constantFrom('', '100'),
    OTEL_BSP_SCHEDULE_DELAY: fc.constantFrom('', '700'),
  },
  { requiredKeys: [] },
);

describe('options and variables that both processors take', () => {
  it('are settled as by the official one', async () => {
    await fc.assert(
      fc.asyncProperty(drawnOptions, drawnEnvironment, async (options, environment) => {
        vi.unstubAllEnvs();
        for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
        expect(readOurs(options)).toEqual(await readOfficial(options));
      }),
      { numRuns: 300 },
    );
  });

  it('name themselves to the media API with the keys, below which additional headers lie', () => {
    const additionalHeaders = { Authorization: 'mine', 'X-Langfuse-Sdk-Name': 'mine', 'x-a': '1' };
    expect(resolveLangfuseOptions({ ...KEYS, additionalHeaders }).pipeline.media).toEqual({
      baseUrl: 'https://cloud.langfuse.com',
      headers: {
        Authorization: `Basic ${Buffer.from('pk-lf-1:sk-lf-SECRET').toString('base64')}`,
        'X-Langfuse-Public-Key': 'pk-lf-1',
        'X-Langfuse-Sdk-Name': 'javascript',
        'X-Langfuse-Sdk-Version': expect.stringMatching(/^5\./),
        'x-a': '1',
      },
      maxPendingBytes: 64 * 1024 * 1024,
      maxConcurrentUploads: 4,
    });
    const { headers } = resolveLangfuseOptions({ publicKey: 'pk' }).pipeline.media ?? {};
    expect(Object.keys(headers ?? {})).not.toContain('Authorization');
  });

  it('send a span at a time in immediate mode, whatever flushAt says', () => {
    const { pipeline } = resolveLangfuseOptions({ ...KEYS, exportMode: 'immediate', flushAt: 7, flushInterval: 1 });
    expect(pipeline).toMatchObject({ maxExportBatchSize: 1, scheduledDelayMillis: 5_000 });
  });

  it('take seconds to the nearest millisecond, and none for a wait of 0 alone', () => {
    const scheduledDelayMillis = (flushInterval: number) =>
      resolveLangfuseOptions({ ...KEYS, flushInterval }).pipeline.scheduledDelayMillis;
    // 2.007 * 1000 is a little more than 2007, and 2.01 * 1000 a little less than 2010.
    expect([2.007, 2.01, 0.0001].map(scheduledDelayMillis)).toEqual([2_007, 2_010, 1]);
  });

  it('warn of missing keys as the official one does, unless spans go elsewhere', () => {
    new LangfuseSpanProcessor();
    const official = consoleWarn.mock.calls.splice(0);
    expect(official).toHaveLength(2);
    resolveLangfuseOptions();
    expect(consoleWarn.mock.calls.splice(0)).toEqual(official);
    resolveLangfuseOptions({ exporter: { url: 'http://collector:4318/v1/traces' } });
    expect(consoleWarn).not.toHaveBeenCalled();
  });
});

describe('an exporter', () => {
  it('as an instance is refused with the way out', () => {
    class MyExporter {
      export(): void {}
    }
    expect(() => resolveLangfuseOptions({ ...KEYS, exporter: new MyExporter() as never })).toThrow(
      /^exporter: .*instance of MyExporter.*exporter: \{ module: '<its package>', export: 'MyExporter', options/,
    );
  });

  it('may change how spans travel to Langfuse', () => {
    const options = otlpOptions({ ...KEYS, exporter: { compression: 'gzip', headers: { 'x-b': '2' } }, timeout: 3 });
    expect(options).toMatchObject({ url: 'https://cloud.langfuse.com/api/public/otel/v1/traces', compression: 'gzip' });
    expect(options.timeoutMillis).toBe(3_000);
    expect(Object.keys(options.headers ?? {})).toEqual(expect.arrayContaining(['Authorization', 'x-b']));
  });

  it('elsewhere gets none of the keys', () => {
    const exporter = { url: 'http://collector:4318/v1/traces', headers: { 'x-b': '2' } };
    expect(otlpOptions({ ...KEYS, additionalHeaders: { 'x-a': '1' }, exporter })).toEqual(exporter);
  });

  it('may be any module, and media goes to Langfuse all the same', () => {
    const exporter = { module: '@opentelemetry/exporter-trace-otlp-proto', export: 'OTLPTraceExporter' };
    expect(resolveLangfuseOptions({ ...KEYS, exporter }).pipeline).toMatchObject({
      exporter: { type: 'hosted', exportName: 'OTLPTraceExporter' },
      media: { baseUrl: 'https://cloud.langfuse.com' },
    });
  });

  it('is OTLP in protobuf whatever the environment says of another receiver', () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc');
    expect(resolveLangfuseOptions(KEYS).pipeline.exporter.type).toBe('otlp-protobuf');
  });
});

describe('a mask', () => {
  const module = new URL(import.meta.url);

  it('in a module goes to the worker, with the six keys first', () => {
    const { mainThreadMask, pipeline } = resolveLangfuseOptions({
      ...KEYS,
      mask: { module, export: 'mask' },
      maskKeys: ['gen_ai.*'],
      maskTimeoutMillis: 100,
    });
    expect(mainThreadMask).toBeUndefined();
    expect(pipeline.hooks).toEqual({
      module: module.href,
      exportName: 'mask',
      style: 'langfuse',
      maskKeys: [...LANGFUSE_MASK_KEYS, 'gen_ai.*'],
      maskTimeoutMillis: 100,
      placeholder: MASK_PLACEHOLDER,
    });
    expect(consoleWarn).not.toHaveBeenCalled();
  });

  it('as a function stays here, with one warning that says how to move it', () => {
    const mask = () => 'masked';
    const { mainThreadMask, pipeline } = resolveLangfuseOptions({ ...KEYS, mask });
    expect(mainThreadMask).toEqual({ mask, maskKeys: LANGFUSE_MASK_KEYS, maskTimeoutMillis: 5_000 });
    expect(pipeline.hooks).toBeUndefined();
    expect(consoleWarn.mock.calls).toEqual([[expect.stringMatching(/main thread.*mask: \{ module: new URL/)]]);
  });
});

it('no mask and no keys for it are as good as none', () => {
  expect(resolveLangfuseOptions({ ...KEYS, maskKeys: [] }).pipeline.hooks).toBeUndefined();
});

describe('offloop’s own options', () => {
  it('are passed on', () => {
    const onDrop = () => {};
    const own = { maxQueueBytes: 8 * 1024 * 1024, handOff: 'shared', exitDrainTimeoutMillis: 0, onDrop } as const;
    expect(resolveLangfuseOptions({ ...KEYS, ...own, worker: { threads: 2 } }).pipeline).toMatchObject({
      ...own,
      worker: { threads: 2 },
      maxSpanBytes: own.maxQueueBytes,
    });
    expect(resolveLangfuseOptions(KEYS).pipeline.maxSpanBytes).toBe(64 * 1024 * 1024);
  });
});

describe('a bad option', () => {
  it.each<[string, object, RegExp]>([
    ['flushAt', { flushAt: -1 }, /a whole number of spans from 1, got -1/],
    ['flushAt', { flushAt: 1.5 }, /got 1.5/],
    ['flushInterval', { flushInterval: -1 }, /seconds from 0 to 2147000, got -1/],
    ['timeout', { timeout: 0 }, /seconds above 0, up to 2147000, got 0/],
    ['timeout', { timeout: Number.NaN }, /got NaN/],
    ['timeout', { timeout: Number.POSITIVE_INFINITY }, /got Infinity/],
    ['exportMode', { exportMode: 'later' }, /'batched', 'immediate', got 'later'/],
    ['baseUrl', { baseUrl: 'langfuse.example' }, /expected an http: or https: URL.* got 'langfuse.example'/],
    ['baseUrl', { baseUrl: '' }, /got ''/],
    ['mediaUploadEnabled', { mediaUploadEnabled: 'no' }, /true or false, got 'no'/],
    ['shouldExportSpan', { shouldExportSpan: true }, /expected a function, got true/],
    ['mask', { mask: true }, /a function or \{ module, export \}, got true/],
    ['mask.modul', { mask: { modul: 'a' } }, /unknown option/],
    ['mask.module', { mask: { module: 'file:///no/such/mask.js' } }, /expected the file: URL of a file that exists/],
    ['mask.export', { mask: { module: 'fast-check', export: 5 } }, /expected the name of an export/],
    ['maskKeys', { maskKeys: ['a*b'] }, /exact or ending in \*/],
    ['maskKeys', { maskKeys: ['gen_ai.*'] }, /expected the option mask beside it, got none/],
    ['maskKeys', { mask: null, maskKeys: ['gen_ai.*'] }, /expected the option mask/],
    ['maskTimeoutMillis', { maskTimeoutMillis: 100 }, /expected the option mask/],
    ['maskTimeoutMillis', { maskTimeoutMillis: 0 }, /a whole number from 1/],
    ['publicKey', { publicKey: { SECRET: 1 } }, /expected a string, got a value of type object/],
    ['environment', { environment: 5 }, /expected a string/],
    ['additionalHeaders.x-a', { additionalHeaders: { 'x-a': 5 } }, /expected a string, got a value of type number/],
    ['maxQueueBytes', { maxQueueBytes: 1 }, /a whole number/],
    ['flushat', { flushat: 1 }, /unknown option; expected one of publicKey, /],
  ])('%s is refused: %o', (option, options, message) => {
    let thrown: unknown;
    try {
      resolveLangfuseOptions({ ...KEYS, ...options });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'ERR_OFFLOOP_CONFIG', option, message: expect.stringMatching(message) });
    expect((thrown as Error).message).not.toContain('SECRET');
  });

  it('does not show the password of a URL', () => {
    expect(() => resolveLangfuseOptions({ ...KEYS, baseUrl: 'ftp://user:SECRET@host' })).toThrow('ftp://…@host');
  });

  it.each([
    ['LANGFUSE_FLUSH_AT', 'abc'],
    ['LANGFUSE_FLUSH_AT', '0'],
    ['LANGFUSE_FLUSH_INTERVAL', '-1'],
    ['LANGFUSE_TIMEOUT', 'soon'],
    ['LANGFUSE_TIMEOUT', '0'],
  ])('in %s is a warning and the default: %s', (variable, value) => {
    const expected = readOurs(KEYS);
    vi.stubEnv(variable, value);
    expect(readOurs(KEYS)).toEqual(expected);
    expect(log.warn.mock.calls).toEqual([[expect.stringMatching(`${variable}: expected .*, got '${value}'; ignored`)]]);
  });

  it('in LANGFUSE_BASE_URL is an error: the default would send the text to somebody else', () => {
    vi.stubEnv('LANGFUSE_BASE_URL', 'langfuse.internal');
    expect(() => resolveLangfuseOptions(KEYS)).toThrow(/^LANGFUSE_BASE_URL: expected an http/);
  });
});
