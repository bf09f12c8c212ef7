import { logDiag } from './diag-log.js';
import { OffloopConfigError } from './errors.js';
import { findModule, resolveModule } from './module-resolution.js';
import { describeValue, expectInteger, expectKnownKeys, expectOneOf } from './option-checks.js';
import { expectPlainData } from './plain-data.js';
import type { ExporterSettings, HeadersModuleSettings, HostedExporterSettings, OtlpHttpSettings } from './protocol.js';

/** The OTLP protocols that the worker speaks without a further package. */
export type OtlpHttpProtocol = 'http/protobuf' | 'http/json';

/** OTLP over HTTP. What is left out is read from `OTEL_EXPORTER_OTLP_*` by the official exporter. */
export interface OtlpHttpExporterOptions {
  /**
   * How spans are written, `http/protobuf` or `http/json`. Environment: `OTEL_EXPORTER_OTLP_TRACES_PROTOCOL`, `OTEL_EXPORTER_OTLP_PROTOCOL`. The variables
   * may also say `grpc`, where `@opentelemetry/exporter-trace-otlp-grpc` is installed.
   * @default 'http/protobuf'
   */
  readonly protocol?: OtlpHttpProtocol;
  /**
   * The full URL, path included; to `OTEL_EXPORTER_OTLP_ENDPOINT` `/v1/traces` is added. Environment:
   * `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, `OTEL_EXPORTER_OTLP_ENDPOINT`.
   * @default 'http://localhost:4318/v1/traces'
   */
  readonly url?: string;
  /**
   * Sent with each request; those of the environment that have other names are sent as well. Environment:
   * `OTEL_EXPORTER_OTLP_TRACES_HEADERS`, `OTEL_EXPORTER_OTLP_HEADERS`.
   * @default none
   */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Answers further headers in the worker: for credentials that change, or that are not to be in the program's options.
   * @default none
   */
  readonly headersModule?: HeadersModuleOptions;
  /**
   * Of the request's body, in the worker. Environment: `OTEL_EXPORTER_OTLP_TRACES_COMPRESSION`,
   * `OTEL_EXPORTER_OTLP_COMPRESSION`.
   * @default 'none'
   */
  readonly compression?: 'gzip' | 'none';
  /**
   * How long one HTTP export may take, retries included, in milliseconds. Whole number from 1. Environment:
   * `OTEL_EXPORTER_OTLP_TRACES_TIMEOUT`, `OTEL_EXPORTER_OTLP_TIMEOUT`.
   * @default http/protobuf: `exportTimeoutMillis`, a single request that has no answer after 10_000 is sent again;
   * http/json: 10_000
   */
  readonly timeoutMillis?: number;
  /**
   * Exports that a worker thread has under way at the most, of up to 1 MiB of spans each (a larger span goes alone); the
   * rest waits on the main thread. Raise it for a receiver that takes seconds to answer. What is under way counts against
   * `maxQueueBytes`, its time runs, and it fails where the receiver is away for longer than `exportTimeoutMillis` (over
   * `http/json` than `timeoutMillis`); so not more than a thread's hooks get through in that time. Whole number from 1 to 30.
   * @unit exports
   * @default 8
   */
  readonly concurrencyLimit?: number;
}

/**
 * A function that answers an object of header names and texts, or a promise of it. Asked in the worker before each request,
 * so let it keep what it gets. Where it throws, or does not answer within 4 s, the request's spans count as failed.
 */
export interface HeadersModuleOptions {
  /** A package name as the service would import it, or a `file:` URL. */
  readonly module: string | URL;
  /** The exported function. @default 'default' */
  readonly export?: string;
}

/** Any `SpanExporter`, constructed in the worker. */
export interface HostedExporterOptions {
  /** A package name as the service would import it, or a `file:` URL. */
  readonly module: string | URL;
  /** The exported class. @default 'default' */
  readonly export?: string;
  /**
   * The constructor's only argument. It crosses to a thread, so it holds data only. For functions, agents, credentials and
   * other instances of classes, write a module that exports a class made with them.
   * @default undefined
   */
  readonly options?: unknown;
  /**
   * Calls of its `export()` that a worker has under way at the most, each with spans of its own. With 1 the next one begins
   * when the last has called back, as OpenTelemetry's specification has it, and how long that takes bounds the rate. Raise
   * it where the exporter takes several, as those of OTLP do up to their `concurrencyLimit` (30): past it they fail the
   * spans. An exporter that has not called back half of `exportTimeoutMillis` after the time of an export was over is shut
   * down, and another is constructed in its place. Whole number from 1 to 30.
   * @unit calls
   * @default 1
   */
  readonly maxConcurrentExports?: number;
}

export type ExporterOptions = OtlpHttpExporterOptions | HostedExporterOptions;

const HEADERS_ADVICE = 'name a module that exports the function in exporter.headersModule, and the worker calls it';

const DEFAULT_PROTOCOL: OtlpHttpProtocol = 'http/protobuf';
const OTLP_HTTP_PROTOCOLS: readonly OtlpHttpProtocol[] = [DEFAULT_PROTOCOL, 'http/json'];
const OTLP_JSON_MODULE = '@opentelemetry/exporter-trace-otlp-http';
const OTLP_GRPC_MODULE = '@opentelemetry/exporter-trace-otlp-grpc';
const OTLP_EXPORT_NAME = 'OTLPTraceExporter';

/** OpenTelemetry's own OTLP exporters take 30 by default, and fail the spans of the next. */
const CONCURRENT_EXPORTS_RANGE = { min: 1, max: 30 };

/**
 * Where an exporter takes several and nobody says how many. Each waits on the network for most of its life; one at a time
 * would bind the rate to the round trip, as in the stock batch processor.
 */
const DEFAULT_CONCURRENT_EXPORTS = 8;

const KNOWN_OTLP_HTTP_OPTIONS: ReadonlySet<string> = new Set<keyof OtlpHttpExporterOptions>([
  'protocol',
  'url',
  'headers',
  'headersModule',
  'compression',
  'timeoutMillis',
  'concurrencyLimit',
]);
const KNOWN_HEADERS_MODULE_OPTIONS: ReadonlySet<string> = new Set<keyof HeadersModuleOptions>(['module', 'export']);
const KNOWN_HOSTED_OPTIONS: ReadonlySet<string> = new Set<keyof HostedExporterOptions>([
  'module',
  'export',
  'options',
  'maxConcurrentExports',
]);

/** @throws {OffloopConfigError} for an unknown or unusable option, or a module that can't be found. */
export function resolveExporter(options: ExporterOptions = {}, environment: NodeJS.ProcessEnv): ExporterSettings {
  refuseInstance(options);
  if (typeof options === 'object' && options !== null && 'module' in options) return resolveHostedExporter(options);
  return resolveOtlpExporter(options, environment);
}

function resolveOtlpExporter(options: OtlpHttpExporterOptions, environment: NodeJS.ProcessEnv): ExporterSettings {
  if (typeof options === 'object' && options !== null) {
    const { headers, headersModule: _, ...data } = options;
    expectPlainData('exporter.headers', headers, HEADERS_ADVICE);
    expectPlainData('exporter', data);
  }
  expectKnownKeys('exporter', options, KNOWN_OTLP_HTTP_OPTIONS);
  const { protocol, headersModule, ...others } = options;
  checkUrl(others.url);
  checkHeaders(others.headers);
  const httpOptions: OtlpHttpSettings = {
    ...others,
    ...(headersModule !== undefined && { headersModule: resolveHeadersModule(headersModule) }),
  };
  expectOneOf('exporter.compression', httpOptions.compression, ['gzip', 'none']);
  expectInteger('exporter.timeoutMillis', httpOptions.timeoutMillis, { min: 1, max: 2 ** 31 - 1 });
  expectInteger('exporter.concurrencyLimit', httpOptions.concurrencyLimit, CONCURRENT_EXPORTS_RANGE);

  return protocol === undefined
    ? chooseFromEnvironment(environment, httpOptions)
    : chooseProtocol(expectOneOf('exporter.protocol', protocol, OTLP_HTTP_PROTOCOLS) ?? DEFAULT_PROTOCOL, httpOptions);
}

function chooseFromEnvironment(environment: NodeJS.ProcessEnv, options: OtlpHttpSettings): ExporterSettings {
  const variable = environment['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL']?.trim()
    ? 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'
    : 'OTEL_EXPORTER_OTLP_PROTOCOL';
  const protocol = environment[variable]?.trim() || DEFAULT_PROTOCOL;
  const known = OTLP_HTTP_PROTOCOLS.find((candidate) => candidate === protocol);
  if (known !== undefined) return chooseProtocol(known, options);
  if (protocol === 'grpc') {
    const url = findModule('exporter.module', OTLP_GRPC_MODULE);
    if (url !== undefined) return hostGrpcExporter(url, options);
    logDiag('warn', `${variable}=grpc needs ${OTLP_GRPC_MODULE}, which is not installed; using ${DEFAULT_PROTOCOL}`);
  } else {
    logDiag(
      'warn',
      `${variable}: expected grpc, ${OTLP_HTTP_PROTOCOLS.join(' or ')}, got '${protocol}'; using ${DEFAULT_PROTOCOL}`,
    );
  }
  return chooseProtocol(DEFAULT_PROTOCOL, options);
}

function chooseProtocol(protocol: OtlpHttpProtocol, options: OtlpHttpSettings): ExporterSettings {
  switch (protocol) {
    case 'http/protobuf':
      return { type: 'otlp-protobuf', options, maxConcurrentExports: countConcurrentExports(options) };
    case 'http/json':
      return hostOtlpExporter(OTLP_JSON_MODULE, options);
    default:
      return protocol satisfies never;
  }
}

function hostOtlpExporter(module: string, { headersModule, ...options }: OtlpHttpSettings): HostedExporterSettings {
  const hosted: HostedExporterSettings = {
    type: 'hosted',
    module,
    exportName: OTLP_EXPORT_NAME,
    options,
    // OpenTelemetry's own take 30, unless `concurrencyLimit` tells them otherwise.
    maxConcurrentExports: countConcurrentExports(options),
  };
  return headersModule === undefined ? hosted : { ...hosted, headersModule };
}

function countConcurrentExports({ concurrencyLimit }: OtlpHttpSettings): number {
  return concurrencyLimit ?? DEFAULT_CONCURRENT_EXPORTS;
}

function hostGrpcExporter(module: string, options: OtlpHttpSettings): HostedExporterSettings {
  if (options.headersModule === undefined) return hostOtlpExporter(module, options);
  throw new OffloopConfigError(
    'exporter.headersModule',
    'expected a protocol over HTTP, got grpc, which has metadata; write a module that exports an exporter with its ' +
      'credentials, and name it in exporter.module',
  );
}

function resolveHostedExporter(options: HostedExporterOptions): ExporterSettings {
  expectKnownKeys('exporter', options, KNOWN_HOSTED_OPTIONS);
  const exportName = expectExportName('exporter.export', options.export);
  expectPlainData('exporter.options', options.options);
  return {
    type: 'hosted',
    module: resolveModule('exporter.module', options.module),
    exportName,
    options: options.options,
    // The specification: export() is never called again before the last call has ended.
    maxConcurrentExports:
      expectInteger('exporter.maxConcurrentExports', options.maxConcurrentExports, CONCURRENT_EXPORTS_RANGE) ?? 1,
  };
}

function resolveHeadersModule(options: HeadersModuleOptions): HeadersModuleSettings {
  expectKnownKeys('exporter.headersModule', options, KNOWN_HEADERS_MODULE_OPTIONS);
  return {
    module: resolveModule('exporter.headersModule.module', options.module),
    exportName: expectExportName('exporter.headersModule.export', options.export),
  };
}

function expectExportName(option: string, name: unknown = 'default'): string {
  if (typeof name === 'string') return name;
  throw new OffloopConfigError(option, `expected the name of an export, got ${describeValue(name)}`);
}

/** An exporter that was made here would do its work here. */
function refuseInstance(exporter: unknown): void {
  if (typeof exporter !== 'object' || exporter === null) return;
  if (typeof (exporter as { readonly export?: unknown }).export !== 'function') return;
  const className = exporter.constructor?.name || 'SpanExporter';
  throw new OffloopConfigError(
    'exporter',
    `expected options, got an instance of ${className}, which can't cross to a worker thread; name its module, which the ` +
      `worker loads: exporter: { module: '<its package>', export: '${className}', options: { … } }`,
  );
}

function checkUrl(url: unknown): void {
  if (url === undefined) return;
  if (typeof url !== 'string' || !/^https?:$/.test(parseProtocol(url))) {
    throw new OffloopConfigError(
      'exporter.url',
      `expected an http: or https: URL with its path, such as 'http://localhost:4318/v1/traces', got ${describeValue(url)}`,
    );
  }
}

function parseProtocol(url: string): string {
  try {
    return new URL(url).protocol;
  } catch {
    return '';
  }
}

function checkHeaders(headers: unknown): void {
  if (headers === undefined) return;
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) {
    throw new OffloopConfigError('exporter.headers', 'expected an object of header names and string values');
  }
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== 'string') {
      // The value may be a secret: the message names the header and the type only.
      throw new OffloopConfigError(
        `exporter.headers.${name}`,
        `expected a string, got a value of type ${typeof value}`,
      );
    }
  }
}
