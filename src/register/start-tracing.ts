import type * as Api from '@opentelemetry/api';
import { logDiag } from '../diag-log.js';
import { lookBesides } from '../module-resolution.js';
import type { WorkerSpanProcessorOptions } from '../options.js';
import { registerEsmHooks } from './esm-hooks.js';
import { readExporters, settleProtocol } from './exporters-from-environment.js';
import { findDependency, findInstalled, listPlaces, load } from './installed-packages.js';
import { PreloadSpanProcessor } from './preload-span-processor.js';
import { type ResolvedRegisterConfig, readRegisterConfig } from './register-config.js';
import { listInstalledDetectors, readDetectors } from './resource-detectors.js';
import type { SdkOptions } from './sdk-options.js';
import { findTracePackage, startTracerProvider } from './tracer-provider.js';

interface NodeSdkExports {
  readonly NodeSDK: new (options: SdkOptions) => { start(): void; shutdown(): Promise<void> };
}

interface AutoInstrumentationsExports {
  getNodeAutoInstrumentations(): readonly unknown[];
  getResourceDetectors?(): readonly unknown[];
}

/**
 * Traces the program that is about to run, with the SDK that it has installed.
 *
 * @throws {OffloopConfigError} for a config module that can't be used.
 * @throws {Error} when there is no SDK, or whatever the SDK throws. Nothing is left running then.
 */
export function startTracing(environment: NodeJS.ProcessEnv = process.env): void {
  if (environment['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true') return;
  const autoFile = findInstalled('@opentelemetry/auto-instrumentations-node');
  const nodeSdkFile = findInstalled('@opentelemetry/sdk-node', [autoFile]);
  const tracePackage = nodeSdkFile === undefined ? findTracePackage() : undefined;
  const sdkFile = nodeSdkFile ?? tracePackage?.file;
  if (sdkFile === undefined) {
    throw new Error(
      `no OpenTelemetry SDK was found from ${process.cwd()}; install one (npm install @opentelemetry/sdk-node)`,
    );
  }
  // The SDK's copy: the API refuses what another version of it registers.
  const diag = loadDiag(sdkFile, environment);
  const config = readRegisterConfig(environment);
  const found = { ...findInstrumentation(autoFile, config.sdk), ...findDetectors(autoFile, sdkFile, environment) };
  const besides = [sdkFile, autoFile];
  lookBesides(listPlaces(besides));
  const processors: PreloadSpanProcessor[] = [];
  try {
    for (const processor of listProcessorOptions(config, environment, besides)) {
      processors.push(new PreloadSpanProcessor(processor));
    }
    const options: SdkOptions = {
      ...found,
      ...config.sdk,
      spanProcessors: [...(config.sdk.spanProcessors ?? []), ...processors],
    };
    if ((options.instrumentations ?? []).length > 0) registerEsmHooks([autoFile, sdkFile]);
    if (nodeSdkFile !== undefined) startNodeSdk(nodeSdkFile, options, processors, diag);
    else if (tracePackage !== undefined) startTracerProvider(tracePackage, options, environment, besides);
  } catch (error) {
    for (const processor of processors) processor.shutdown().catch(() => {});
    throw error;
  }
}

/** By `OTEL_LOG_LEVEL`, as the SDK does, but before the first line is said. */
function loadDiag(sdkFile: string, environment: NodeJS.ProcessEnv): Api.DiagAPI | undefined {
  const levelName = environment['OTEL_LOG_LEVEL']?.trim().toUpperCase();
  const file = findDependency(sdkFile, '@opentelemetry/api');
  if (!levelName || file === undefined) return undefined;
  const { diag, DiagConsoleLogger, DiagLogLevel } = load<typeof Api>(file);
  const logLevel = DiagLogLevel[levelName as keyof typeof DiagLogLevel] ?? DiagLogLevel.INFO;
  diag.setLogger(new DiagConsoleLogger(), { logLevel, suppressOverrideMessage: true });
  return diag;
}

function findInstrumentation(autoFile: string | undefined, { instrumentations }: SdkOptions): SdkOptions {
  if (autoFile === undefined || instrumentations !== undefined) return {};
  return { instrumentations: load<AutoInstrumentationsExports>(autoFile).getNodeAutoInstrumentations() };
}

/** None where only those of the SDK itself are installed: it finds them without help. */
function findDetectors(autoFile: string | undefined, sdkFile: string, environment: NodeJS.ProcessEnv): SdkOptions {
  const resourceDetectors = autoFile && load<AutoInstrumentationsExports>(autoFile).getResourceDetectors?.();
  if (resourceDetectors) return { resourceDetectors };
  const resourcesFile = findInstalled('@opentelemetry/resources', [sdkFile]);
  if (resourcesFile === undefined || listInstalledDetectors().length === 0) return {};
  return { resourceDetectors: readDetectors(environment, load(resourcesFile)) };
}

function listProcessorOptions(
  { processor }: ResolvedRegisterConfig,
  environment: NodeJS.ProcessEnv,
  besides: readonly (string | undefined)[],
): WorkerSpanProcessorOptions[] {
  const { exporter: own } = processor;
  const exporters = own === undefined ? readExporters(environment, besides) : [settleProtocol(own, environment)];
  return exporters.map((exporter) => ({ ...processor, exporter }));
}

function startNodeSdk(
  file: string,
  options: SdkOptions,
  processors: readonly PreloadSpanProcessor[],
  diag: Api.DiagAPI | undefined,
): void {
  // It sets the same logger, and would complain of ours.
  diag?.disable();
  const sdk = new (load<NodeSdkExports>(file).NodeSDK)(options);
  sdk.start();
  // For metrics, logs and the user's own span processors.
  process.once('beforeExit', () => {
    for (const processor of processors) processor.leaveToExit();
    sdk.shutdown().catch((error: unknown) => logDiag('warn', `the SDK could not be shut down: ${String(error)}`));
  });
}
