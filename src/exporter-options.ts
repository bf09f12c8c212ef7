import { logDiag } from './diag-log.js';
import { OffloopConfigError } from './errors.js';
import { findModule, resolveModule } from './module-resolution.js';
import { describeValue, expectInteger, expectKnownKeys, expectOneOf } from './option-checks.js';
import type { ExporterSettings, HostedExporterSettings, OtlpHttpSettings } from './protocol.js';

/** The OTLP protocols that the worker speaks without a further package. */
export type OtlpHttpProtocol = 'http/protobuf' | 'http/json';

/** OTLP over HTTP. What is left out is read from `OTEL_EXPORTER_OTLP_*` by the official exporter. */
export interface OtlpHttpExporterOptions {
  /** Environment: `OTEL_EXPORTER_OTLP_TRACES_PROTOCOL`, `OTEL_EXPORTER_OTLP_PROTOCOL`. @default 'http/protobuf' */
  readonly protocol?: OtlpHttpProtocol;
  /** The full URL, path included. @default 'http://localhost:4318/v1/traces' */
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** @default 'none' */
  readonly compression?: 'gzip' | 'none';
  /**
   * How long one HTTP export may take, retries included, in milliseconds. Whole number from 1. Environment:
   * `OTEL_EXPORTER_OTLP_TRACES_TIMEOUT`, `OTEL_EXPORTER_OTLP_TIMEOUT`.
   * @default http/protobuf: `exportTimeoutMillis`, a single request that has no answer after 10_000 is sent again;
   * http/json: 10_000
   */
  readonly timeoutMillis?: number;
}

/** Any `SpanExporter`, constructed in the worker. */
export interface HostedExporterOptions {
  /** A package name as the service would import it, or a `file:` URL. */
  readonly module: string | URL;
  /** The exported class. @default 'default' */
  readonly export?: string;
  /** The constructor's only argument. It crosses to a thread, so it holds data only: no functions, agents or streams. */
  readonly options?: unknown;
}

export type ExporterOptions = OtlpHttpExporterOptions | HostedExporterOptions;

const DEFAULT_PROTOCOL: OtlpHttpProtocol = 'http/protobuf';
const OTLP_HTTP_PROTOCOLS: readonly OtlpHttpProtocol[] = [DEFAULT_PROTOCOL, 'http/json'];
const OTLP_JSON_MODULE = '@opentelemetry/exporter-trace-otlp-http';
const OTLP_GRPC_MODULE = '@opentelemetry/exporter-trace-otlp-grpc';
const OTLP_EXPORT_NAME = 'OTLPTraceExporter';

const KNOWN_OTLP_HTTP_OPTIONS: ReadonlySet<string> = new Set<keyof OtlpHttpExporterOptions>([
  'protocol',
  'url',
  'headers',
  'compression',
  'timeoutMillis',
]);
const KNOWN_HOSTED_OPTIONS: ReadonlySet<string> = new Set<keyof HostedExporterOptions>(['module', 'export', 'options']);

/** @throws {OffloopConfigError} for an unknown or unusable option, or a module that can't be found. */
export function resolveExporter(options: ExporterOptions = {}, environment: NodeJS.ProcessEnv): ExporterSettings {
  if (typeof options === 'object' && options !== null && 'module' in options) return resolveHostedExporter(options);
  return resolveOtlpExporter(options, environment);
}

function resolveOtlpExporter(options: OtlpHttpExporterOptions, environment: NodeJS.ProcessEnv): ExporterSettings {
  expectKnownKeys('exporter', options, KNOWN_OTLP_HTTP_OPTIONS);
  const { protocol, ...httpOptions } = options;
  checkUrl(httpOptions.url);
  checkHeaders(httpOptions.headers);
  expectOneOf('exporter.compression', httpOptions.compression, ['gzip', 'none']);
  expectInteger('exporter.timeoutMillis', httpOptions.timeoutMillis, { min: 1, max: 2 ** 31 - 1 });

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
    if (url !== undefined) return hostOtlpExporter(url, options);
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
      return { type: 'otlp-protobuf', options };
    case 'http/json':
      return hostOtlpExporter(OTLP_JSON_MODULE, options);
    default:
      return protocol satisfies never;
  }
}

function hostOtlpExporter(module: string, options: OtlpHttpSettings): HostedExporterSettings {
  return { type: 'hosted', module, exportName: OTLP_EXPORT_NAME, options };
}

function resolveHostedExporter(options: HostedExporterOptions): ExporterSettings {
  expectKnownKeys('exporter', options, KNOWN_HOSTED_OPTIONS);
  const exportName = options.export ?? 'default';
  if (typeof exportName !== 'string') {
    throw new OffloopConfigError('exporter.export', `expected the name of an export, got ${describeValue(exportName)}`);
  }
  try {
    structuredClone(options.options);
  } catch (error) {
    throw new OffloopConfigError(
      'exporter.options',
      `expected plain data that can cross to a worker thread, got a value that can't (${String(error)}); ` +
        'write a module of your own that makes the exporter, and name it in exporter.module',
    );
  }
  return {
    type: 'hosted',
    module: resolveModule('exporter.module', options.module),
    exportName,
    options: options.options,
  };
}

function checkUrl(url: unknown): void {
  if (url === undefined) return;
  if (typeof url !== 'string' || !/^https?:$/.test(parseProtocol(url))) {
    throw new OffloopConfigError(
      'exporter.url',
      `expected an http: or https: URL with its path, such as 'http://localhost:4318/v1/traces', got ${describeUrl(url)}`,
    );
  }
}

/** Without the user name and password that a URL may carry. */
function describeUrl(url: unknown): string {
  return describeValue(typeof url === 'string' ? url.replace(/\/\/[^/]*@/, '//…@') : url);
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
