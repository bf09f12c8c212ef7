import { base64Encode, getEnv, getGlobalLogger, LANGFUSE_SDK_NAME, LANGFUSE_SDK_VERSION } from '@langfuse/core';
import { OffloopConfigError } from '../errors.js';
import type { ExporterOptions, HostedExporterOptions, OtlpHttpExporterOptions } from '../exporter-options.js';
import { describeValue } from '../option-checks.js';
import type { MediaSettings } from '../protocol.js';
import { resolveTimeoutMillis } from './batching.js';
import type { LangfuseWorkerSpanProcessorOptions } from './langfuse-options.js';

/** Where spans and their media go. */
export interface Destination {
  readonly exporter: ExporterOptions;
  /** Unset: media stays in the spans. */
  readonly media?: MediaSettings;
}

type Headers = Record<string, string>;

interface Credentials {
  readonly publicKey: string | undefined;
  readonly secretKey: string | undefined;
}

const DEFAULT_BASE_URL = 'https://cloud.langfuse.com';
const TRACES_PATH = '/api/public/otel/v1/traces';

const MAX_PENDING_MEDIA_BYTES = 64 * 1024 * 1024;
const MAX_CONCURRENT_UPLOADS = 4;

/** @throws {OffloopConfigError} for an unusable option; no message has a key or a header's value in it. */
export function resolveDestination(options: LangfuseWorkerSpanProcessorOptions): Destination {
  const credentials = {
    publicKey: readText('publicKey', 'LANGFUSE_PUBLIC_KEY', options.publicKey),
    secretKey: readText('secretKey', 'LANGFUSE_SECRET_KEY', options.secretKey),
  };
  const baseUrl = resolveBaseUrl(options.baseUrl);
  const additionalHeaders = expectHeaders(options.additionalHeaders);
  return {
    exporter: resolveLangfuseExporter(options, baseUrl, () => nameOtlpHeaders(credentials, additionalHeaders)),
    ...(resolveMediaUploadEnabled(options.mediaUploadEnabled) && {
      media: {
        baseUrl,
        headers: nameMediaHeaders(credentials, additionalHeaders),
        maxPendingBytes: MAX_PENDING_MEDIA_BYTES,
        maxConcurrentUploads: MAX_CONCURRENT_UPLOADS,
      },
    }),
  };
}

/** @param nameHeaders Called when spans go to Langfuse: it warns of missing keys, and nobody else gets them. */
function resolveLangfuseExporter(
  options: LangfuseWorkerSpanProcessorOptions,
  baseUrl: string,
  nameHeaders: () => Headers,
): ExporterOptions {
  const exporter = expectExporterOptions(options.exporter);
  if (isHosted(exporter) || exporter.url !== undefined) return exporter;
  const { headers, ...others } = exporter;
  return {
    // Not what OTEL_EXPORTER_OTLP_PROTOCOL says: that is about another receiver.
    protocol: 'http/protobuf',
    url: baseUrl + TRACES_PATH,
    timeoutMillis: resolveTimeoutMillis(options),
    headers: { ...nameHeaders(), ...headers },
    ...others,
  };
}

function isHosted(exporter: ExporterOptions): exporter is HostedExporterOptions {
  return 'module' in exporter;
}

function expectExporterOptions(exporter: unknown): OtlpHttpExporterOptions | HostedExporterOptions {
  if (exporter === undefined || exporter === null) return {};
  if (typeof exporter === 'object') {
    if (typeof (exporter as { export?: unknown }).export !== 'function') return exporter;
    const className = (exporter.constructor as { readonly name?: string } | undefined)?.name || 'SpanExporter';
    throw new OffloopConfigError(
      'exporter',
      `expected options of an exporter, got an instance of ${className}, which can't cross to a worker thread; name its ` +
        `module, which the worker loads: exporter: { module: '<its package>', export: '${className}', options: { … } }`,
    );
  }
  throw new OffloopConfigError('exporter', `expected an object, got ${describeValue(exporter)}`);
}

function nameOtlpHeaders({ publicKey, secretKey }: Credentials, additionalHeaders: Headers): Headers {
  if (!publicKey) warnOfMissing('public key', 'LANGFUSE_PUBLIC_KEY');
  if (!secretKey) warnOfMissing('secret key', 'LANGFUSE_SECRET_KEY');
  return {
    Authorization: `Basic ${base64Encode(`${publicKey}:${secretKey}`)}`,
    'x-langfuse-sdk-name': LANGFUSE_SDK_NAME,
    'x-langfuse-sdk-version': LANGFUSE_SDK_VERSION,
    'x-langfuse-public-key': publicKey ?? '<missing>',
    ...additionalHeaders,
  };
}

/**
 * Unlike those of the spans, `additionalHeaders` come below Langfuse's own. The order shows where a header is given twice,
 * in another case.
 */
function nameMediaHeaders({ publicKey, secretKey }: Credentials, additionalHeaders: Headers): Headers {
  const own = {
    'X-Langfuse-Sdk-Name': LANGFUSE_SDK_NAME,
    'X-Langfuse-Sdk-Version': LANGFUSE_SDK_VERSION,
    ...(publicKey !== undefined && { 'X-Langfuse-Public-Key': publicKey }),
  };
  return {
    ...own,
    ...additionalHeaders,
    ...(publicKey !== undefined &&
      secretKey !== undefined && { Authorization: `Basic ${base64Encode(`${publicKey}:${secretKey}`)}` }),
    ...own,
  };
}

/** Through Langfuse's own logger, which prints without being set up, as theirs does. */
function warnOfMissing(what: string, variable: string): void {
  getGlobalLogger().warn(
    `No exporter configured and no ${what} provided in constructor or as ${variable} env var. Span exports will fail.`,
  );
}

/**
 * A bad address in the environment is an error too: the default is Langfuse's cloud, where the text of a service that has
 * a Langfuse of its own must not go.
 */
function resolveBaseUrl(option: unknown): string {
  const [name, value] =
    option !== undefined && option !== null
      ? ['baseUrl', option]
      : getEnv('LANGFUSE_BASE_URL') !== undefined
        ? ['LANGFUSE_BASE_URL', getEnv('LANGFUSE_BASE_URL')]
        : ['LANGFUSE_BASEURL', getEnv('LANGFUSE_BASEURL') ?? DEFAULT_BASE_URL];
  if (typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return value;
  throw new OffloopConfigError(
    name as string,
    `expected an http: or https: URL, such as '${DEFAULT_BASE_URL}', got ${describeUrl(value)}`,
  );
}

/** Without the user name and password that a URL may carry. */
function describeUrl(url: unknown): string {
  return describeValue(typeof url === 'string' ? url.replace(/\/\/[^/]*@/, '//…@') : url);
}

function resolveMediaUploadEnabled(option: unknown): boolean {
  if (typeof option === 'boolean') return option;
  if (option !== undefined && option !== null) {
    throw new OffloopConfigError('mediaUploadEnabled', `expected true or false, got ${describeValue(option)}`);
  }
  const text = getEnv('LANGFUSE_MEDIA_UPLOAD_ENABLED');
  return !['false', '0'].includes(text?.toLowerCase() ?? '');
}

/** A header without a value is left out. A bad one may be a secret, so the message has its type only. */
function expectHeaders(headers: unknown): Headers {
  if (headers === undefined || headers === null) return {};
  if (typeof headers !== 'object' || Array.isArray(headers)) {
    throw new OffloopConfigError('additionalHeaders', 'expected an object of header names and string values');
  }
  const given = Object.entries(headers).filter(([, value]) => value !== undefined && value !== null);
  for (const [name, value] of given) {
    if (typeof value === 'string') continue;
    throw new OffloopConfigError(`additionalHeaders.${name}`, `expected a string, got a value of type ${typeof value}`);
  }
  return Object.fromEntries(given) as Headers;
}

/** An option that is text, else its variable. The message has its type only, as it may be a secret. */
export function readText(
  option: string,
  variable: Parameters<typeof getEnv>[0],
  value: string | undefined,
): string | undefined {
  const text: unknown = value ?? getEnv(variable);
  if (text === undefined || typeof text === 'string') return text;
  throw new OffloopConfigError(option, `expected a string, got a value of type ${typeof text}`);
}
