import { getGlobalLogger } from '@langfuse/core';
import type { MaskFunction } from '@langfuse/otel';
import { OffloopConfigError } from '../errors.js';
import { resolveModule } from '../module-resolution.js';
import { describeValue, expectFunction, expectInteger, expectKnownKeys, expectOneOf } from '../option-checks.js';
import { type ResolvedOptions, resolveOptions, type WorkerSpanProcessorOptions } from '../options.js';
import type { HookSettings } from '../protocol.js';
import type { ReadableSpan } from '../wire/readable-span.js';
import { resolveBatching } from './batching.js';
import { isDefaultExportSpan } from './default-filter.js';
import { readText, resolveDestination } from './destination.js';
import {
  CAPTURE_IO_NAMES,
  KNOWN_LANGFUSE_OPTIONS,
  type LangfuseWorkerSpanProcessorOptions,
  type MaskModule,
} from './langfuse-options.js';
import type { MainThreadMaskOptions } from './main-thread-mask.js';
import { LANGFUSE_MASK_KEYS, MASK_PLACEHOLDER } from './mask-keys.js';

/** {@link LangfuseWorkerSpanProcessorOptions}, every value settled. */
export interface ResolvedLangfuseOptions {
  /** Set on every span, unless it is undefined. */
  readonly environment: string | undefined;
  readonly release: string | undefined;
  /** May throw, and answer with anything. */
  readonly shouldExportSpan: (span: ReadableSpan) => unknown;
  /** Unset: there is none, or it is in the worker. */
  readonly mainThreadMask: Omit<MainThreadMaskOptions, 'onFailure'> | undefined;
  /** Whether spans may hold snapshots in the place of JSON. */
  readonly takesSnapshots: boolean;
  readonly pipeline: ResolvedOptions;
}

const DEFAULT_MASK_TIMEOUT_MILLIS = 5_000;

/** A screenshot of 10 MB in base64 as input and as output. */
const DEFAULT_MAX_SPAN_BYTES = 64 * 1024 * 1024;

const KNOWN_MASK_MODULE_OPTIONS: ReadonlySet<string> = new Set<keyof MaskModule>(['module', 'export']);

/**
 * Settles every option: what the user wrote, else `LANGFUSE_*`, else the SDK's own variables, else the default.
 *
 * @throws {OffloopConfigError} `ERR_OFFLOOP_CONFIG` for an unknown option, a value out of range or a module that can't be
 * found. A bad number in the environment is a diag warning and the default.
 */
export function resolveLangfuseOptions(options: LangfuseWorkerSpanProcessorOptions = {}): ResolvedLangfuseOptions {
  expectKnownKeys('options', options, KNOWN_LANGFUSE_OPTIONS);
  const { shouldExportSpan, mask } = options;
  expectFunction('shouldExportSpan', shouldExportSpan ?? undefined);
  const captureIO = expectOneOf('captureIO', options.captureIO, CAPTURE_IO_NAMES) ?? 'on-loop';
  const { exporter, media } = resolveDestination(options);
  const maskTimeoutMillis =
    expectInteger('maskTimeoutMillis', options.maskTimeoutMillis, { min: 1, max: 2 ** 31 - 1 }) ??
    DEFAULT_MASK_TIMEOUT_MILLIS;
  const ownMaskKeys = expectMaskKeys(options.maskKeys);
  if (mask === undefined || mask === null) {
    if (ownMaskKeys.length > 0) throwWithoutMask('maskKeys');
    if (options.maskTimeoutMillis !== undefined) throwWithoutMask('maskTimeoutMillis');
  }
  const maskKeys = [...LANGFUSE_MASK_KEYS, ...ownMaskKeys];
  const hooks = typeof mask === 'function' ? undefined : resolveMaskModule(mask, maskKeys, maskTimeoutMillis);
  const pipeline = resolveOptions({ ...pickPipelineOptions(options), ...resolveBatching(options), exporter });
  if (typeof mask === 'function') warnOfMainThreadMask();
  return {
    environment: readText('environment', 'LANGFUSE_TRACING_ENVIRONMENT', options.environment),
    release: readText('release', 'LANGFUSE_RELEASE', options.release),
    shouldExportSpan: shouldExportSpan ? (span) => shouldExportSpan({ otelSpan: span as never }) : isDefaultExportSpan,
    mainThreadMask: typeof mask === 'function' ? { mask, maskKeys, maskTimeoutMillis } : undefined,
    // A mask on the main thread has to see the text.
    takesSnapshots: captureIO === 'off-loop' && typeof mask !== 'function',
    pipeline: { ...pipeline, ...(hooks && { hooks }), ...(media && { media }) },
  };
}

function pickPipelineOptions(options: LangfuseWorkerSpanProcessorOptions): WorkerSpanProcessorOptions {
  const { worker, maxQueueBytes, maxQueueSize, exportTimeoutMillis, exitDrainTimeoutMillis, ...others } = options;
  const { flushOnSignals, handOff, onDrop, selfObsMeterProvider } = others;
  const maxSpanBytes = others.maxSpanBytes ?? Math.min(DEFAULT_MAX_SPAN_BYTES, maxQueueBytes ?? DEFAULT_MAX_SPAN_BYTES);
  const picked = {
    worker,
    maxQueueBytes,
    maxQueueSize,
    maxSpanBytes,
    exportTimeoutMillis,
    exitDrainTimeoutMillis,
    flushOnSignals,
    handOff,
    onDrop,
    selfObsMeterProvider,
  };
  return picked as WorkerSpanProcessorOptions;
}

function resolveMaskModule(
  mask: Exclude<LangfuseWorkerSpanProcessorOptions['mask'], MaskFunction>,
  maskKeys: readonly string[],
  maskTimeoutMillis: number,
): HookSettings | undefined {
  if (mask === undefined || mask === null) return undefined;
  if (typeof mask !== 'object') {
    throw new OffloopConfigError('mask', `expected a function or { module, export }, got ${describeValue(mask)}`);
  }
  expectKnownKeys('mask', mask, KNOWN_MASK_MODULE_OPTIONS);
  const { export: exportName = 'default' } = mask;
  if (typeof exportName !== 'string' || exportName === '') {
    throw new OffloopConfigError('mask.export', `expected the name of an export, got ${describeValue(exportName)}`);
  }
  return {
    module: resolveModule('mask.module', mask.module),
    exportName,
    style: 'langfuse',
    maskKeys,
    maskTimeoutMillis,
    placeholder: MASK_PLACEHOLDER,
  };
}

function expectMaskKeys(keys: unknown): readonly string[] {
  if (keys === undefined) return [];
  if (Array.isArray(keys) && keys.every(isMaskKey)) return keys;
  throw new OffloopConfigError(
    'maskKeys',
    `expected an array of attribute keys, exact or ending in *, such as ['gen_ai.*'], got ${describeValue(keys)}`,
  );
}

/** Whoever names keys believes that they are masked. */
function throwWithoutMask(option: 'maskKeys' | 'maskTimeoutMillis'): never {
  throw new OffloopConfigError(option, 'expected the option mask beside it, got none: set mask, or leave it out');
}

/** A `*` elsewhere would match nothing, and leave text unmasked. */
function isMaskKey(key: unknown): boolean {
  return typeof key === 'string' && key !== '' && !key.slice(0, -1).includes('*');
}

/** Through Langfuse's own logger, which prints without being set up: who has changed one line looks there. */
function warnOfMainThreadMask(): void {
  getGlobalLogger().warn(
    "offloop: mask is a function, so it runs on the main thread and its time is taken from the event loop. To run it in offloop's " +
      "worker, export it from a module of its own (mask.js: export default ({ data }) => …) and pass mask: { module: new URL('./mask.js', import.meta.url) }.",
  );
}
