import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OffloopConfigError } from '../errors.js';
import { describeValue, expectKnownKeys } from '../option-checks.js';
import type { WorkerSpanProcessorOptions } from '../options.js';
import { load } from './installed-packages.js';
import { checkSdkOptions } from './sdk-option-checks.js';
import type { SdkOptions } from './sdk-options.js';

/** The default export of the module that `OFFLOOP_CONFIG` names. */
export interface RegisterConfig {
  /**
   * Options of the span processor. An `exporter` here takes the place of `OTEL_TRACES_EXPORTER`.
   * @default what the environment says
   */
  readonly processor?: WorkerSpanProcessorOptions;
  /**
   * What the constructor of `NodeSDK` takes, but no `traceExporter`. `spanProcessors` come before offloop's;
   * `instrumentations` and `resourceDetectors` take the place of those that are found installed.
   * @default what the environment says
   */
  readonly sdk?: object;
}

export interface ResolvedRegisterConfig {
  readonly processor: WorkerSpanProcessorOptions;
  readonly sdk: SdkOptions;
}

const VARIABLE = 'OFFLOOP_CONFIG';
const KNOWN_KEYS: ReadonlySet<string> = new Set<keyof RegisterConfig>(['processor', 'sdk']);
/** They would be passed over, because there are span processors. */
const REFUSED_SDK_KEYS = ['traceExporter', 'spanProcessor'];

/** @throws {OffloopConfigError} when the module is not there, can't be loaded, or exports something else. */
export function readRegisterConfig(environment: NodeJS.ProcessEnv): ResolvedRegisterConfig {
  const location = environment[VARIABLE]?.trim();
  if (!location) return { processor: {}, sdk: {} };
  const config = loadDefaultExport(expectFile(location));
  expectKnownKeys(VARIABLE, config, KNOWN_KEYS);
  const { processor = {}, sdk = {} } = config as RegisterConfig;
  expectObject(`${VARIABLE}.processor`, processor);
  expectObject(`${VARIABLE}.sdk`, sdk);
  for (const key of REFUSED_SDK_KEYS) {
    if (!(key in sdk)) continue;
    throw new OffloopConfigError(
      `${VARIABLE}.sdk.${key}`,
      'expected no exporter on the main thread; name its module in processor.exporter, which the worker loads',
    );
  }
  checkSdkOptions(`${VARIABLE}.sdk`, sdk);
  return { processor, sdk };
}

function expectFile(location: string): string {
  try {
    const file = location.startsWith('file:') ? fileURLToPath(location) : resolve(location);
    if (statSync(file).isFile()) return file;
  } catch {
    // Told below.
  }
  throw new OffloopConfigError(VARIABLE, `expected a path or a file: URL of a file that exists, got '${location}'`);
}

function loadDefaultExport(file: string): unknown {
  let exports: unknown;
  try {
    // Not import(): offloop/register is to be done when it is loaded, so that require() can load it too.
    exports = load(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ERR_REQUIRE_ASYNC_MODULE' ? 'it uses await at its top level' : message;
    throw new OffloopConfigError(VARIABLE, `'${file}' could not be loaded: ${reason}`);
  }
  const isNamespace = typeof exports === 'object' && exports !== null && isEsModule(exports);
  return isNamespace ? (exports as { default?: unknown }).default : exports;
}

function isEsModule(exports: object): boolean {
  return Object.prototype.toString.call(exports) === '[object Module]' || '__esModule' in exports;
}

function expectObject(option: string, value: unknown): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  throw new OffloopConfigError(option, `expected an object, got ${describeValue(value)}`);
}
