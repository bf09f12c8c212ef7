import type * as Api from '@opentelemetry/api';
import { logDiag } from '../diag-log.js';
import { findDependency, findInstalled, load } from './installed-packages.js';
import { createPropagator, type PropagatorClasses } from './propagator.js';
import { readDetectors } from './resource-detectors.js';
import { createSampler, readSpanLimits, type SamplerClasses } from './sampling-from-environment.js';
import type { SdkOptions, SdkResource } from './sdk-options.js';

type SdkExports = SamplerClasses & Readonly<Record<string, unknown>>;
type ProviderClass = new (options: object) => Api.TracerProvider;

interface ResourcesExports {
  defaultResource(): SdkResource;
  detectResources(options: { detectors: readonly unknown[] }): SdkResource;
  resourceFromAttributes(attributes: object): SdkResource;
}

interface AsyncHooksExports {
  readonly AsyncLocalStorageContextManager: new () => Api.ContextManager;
}

interface InstrumentationExports {
  registerInstrumentations(options: { instrumentations: readonly unknown[] }): unknown;
}

/** Packages that have a tracer provider, and its name in them. */
const PACKAGES = [
  ['@opentelemetry/sdk-trace-node', 'NodeTracerProvider'],
  ['@opentelemetry/sdk-trace', 'TracerProvider'],
  ['@opentelemetry/sdk-trace-base', 'BasicTracerProvider'],
] as const;

const CONTEXT_PACKAGE = '@opentelemetry/context-async-hooks';

export interface TracePackage {
  readonly file: string;
  readonly providerName: string;
}

/** The first package with a tracer provider that is installed, of the SDK's 2.x line or its 3.x line. */
export function findTracePackage(): TracePackage | undefined {
  for (const [name, providerName] of PACKAGES) {
    const file = findInstalled(name);
    if (file !== undefined) return { file, providerName };
  }
  return undefined;
}

/**
 * Registers what a NodeSDK would, as far as traces go: instrumentations, context manager, propagator, tracer provider.
 *
 * @param besides Files of packages that may have `@opentelemetry/instrumentation` as their dependency.
 * @throws Whatever the SDK or a detector throws.
 */
export function startTracerProvider(
  { file, providerName }: TracePackage,
  options: SdkOptions,
  environment: NodeJS.ProcessEnv,
  besides: readonly (string | undefined)[],
): void {
  const sdk = load<SdkExports>(file);
  const api = load<typeof Api>(expectDependency(file, '@opentelemetry/api'));
  registerInstrumentations(options.instrumentations ?? [], besides);
  registerContextManager(api, file, options);
  registerPropagator(api, file, options, environment);
  const sampler = options.sampler ?? createSampler(sdk, environment);
  const Provider = sdk[providerName] as ProviderClass;
  api.trace.setGlobalTracerProvider(
    new Provider({
      resource: createResource(file, options, environment),
      spanProcessors: options.spanProcessors,
      spanLimits: { ...readSpanLimits(environment), ...options.spanLimits },
      ...(sampler !== undefined && { sampler }),
      ...(options.idGenerator !== undefined && { idGenerator: options.idGenerator }),
    }),
  );
}

function createResource(sdkFile: string, options: SdkOptions, environment: NodeJS.ProcessEnv): SdkResource {
  const exports = load<ResourcesExports & Readonly<Record<string, unknown>>>(
    expectDependency(sdkFile, '@opentelemetry/resources'),
  );
  let resource = options.resource ?? exports.defaultResource();
  if (options.autoDetectResources !== false) {
    const detectors = options.resourceDetectors ?? readDetectors(environment, exports);
    resource = resource.merge(exports.detectResources({ detectors }));
  }
  if (options.serviceName === undefined) return resource;
  return resource.merge(exports.resourceFromAttributes({ 'service.name': options.serviceName }));
}

function registerContextManager(api: typeof Api, sdkFile: string, { contextManager }: SdkOptions): void {
  if (contextManager === null) return;
  const manager = (contextManager as Api.ContextManager | undefined) ?? createContextManager(sdkFile);
  if (manager !== undefined) api.context.setGlobalContextManager(manager.enable());
}

function createContextManager(sdkFile: string): Api.ContextManager | undefined {
  const file = findInstalled(CONTEXT_PACKAGE, [sdkFile]);
  if (file !== undefined) return new (load<AsyncHooksExports>(file).AsyncLocalStorageContextManager)();
  logDiag('warn', `without ${CONTEXT_PACKAGE} no span knows its parent; install it (npm install ${CONTEXT_PACKAGE})`);
  return undefined;
}

function registerPropagator(
  api: typeof Api,
  sdkFile: string,
  { textMapPropagator }: SdkOptions,
  environment: NodeJS.ProcessEnv,
): void {
  const propagator =
    textMapPropagator === undefined
      ? createPropagator(load<PropagatorClasses>(expectDependency(sdkFile, '@opentelemetry/core')), environment)
      : textMapPropagator;
  if (propagator !== null) api.propagation.setGlobalPropagator(propagator as Api.TextMapPropagator);
}

function registerInstrumentations(
  instrumentations: readonly unknown[],
  besides: readonly (string | undefined)[],
): void {
  if (instrumentations.length === 0) return;
  const files = instrumentations.flat().map((instrumentation) => findPackage(instrumentation, besides));
  const file = findInstalled('@opentelemetry/instrumentation', [...besides, ...files]);
  if (file === undefined) {
    throw new Error('instrumentations need @opentelemetry/instrumentation; npm install @opentelemetry/instrumentation');
  }
  load<InstrumentationExports>(file).registerInstrumentations({ instrumentations });
}

/** An instrumentation is named after its package, which has `@opentelemetry/instrumentation` as its dependency. */
function findPackage(instrumentation: unknown, besides: readonly (string | undefined)[]): string | undefined {
  const { instrumentationName } = instrumentation as { readonly instrumentationName?: unknown };
  return typeof instrumentationName === 'string' ? findInstalled(instrumentationName, besides) : undefined;
}

/** sdk-trace-base is in between where sdk-trace-node was found, in a strict layout. */
function expectDependency(sdkFile: string, name: string): string {
  const file =
    findDependency(sdkFile, name) ??
    findDependency(findDependency(sdkFile, '@opentelemetry/sdk-trace-base') ?? sdkFile, name) ??
    findInstalled(name);
  if (file !== undefined) return file;
  throw new Error(`${name} was not found; install it (npm install ${name})`);
}
