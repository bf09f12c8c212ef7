import { pathToFileURL } from 'node:url';
import { logDiag } from '../diag-log.js';
import type { ExporterOptions } from '../exporter-options.js';
import { findModule } from '../module-resolution.js';
import { findInstalled } from './installed-packages.js';

const VARIABLE = 'OTEL_TRACES_EXPORTER';
const PROTOCOL_VARIABLES = ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL'];
const GRPC_PACKAGE = '@opentelemetry/exporter-trace-otlp-grpc';
const FALLBACK_PROTOCOL = 'http/protobuf';

/** Those that the worker loads, by their name in the environment; the first of the packages that is installed. */
const HOSTED: Readonly<Record<string, { readonly packages: readonly string[]; readonly exportName: string }>> = {
  zipkin: { packages: ['@opentelemetry/exporter-zipkin'], exportName: 'ZipkinExporter' },
  console: {
    packages: ['@opentelemetry/sdk-trace', '@opentelemetry/sdk-trace-base'],
    exportName: 'ConsoleSpanExporter',
  },
};

/**
 * One for each name in `OTEL_TRACES_EXPORTER`: `otlp` (the default), `zipkin`, `console`; `none` for no exporter at all.
 * A name that is not known, or whose package is not installed, is a diag warning, as in the SDK.
 *
 * @param besides Files of packages that may have the exporters as their dependencies.
 */
export function readExporters(
  environment: NodeJS.ProcessEnv,
  besides: readonly (string | undefined)[],
): ExporterOptions[] {
  const list = environment[VARIABLE]?.split(',') ?? [];
  const names = new Set(list.map((name) => name.trim()).filter((name) => name !== ''));
  if (names.has('none') && names.size === 1) return [];
  if (names.size === 0) return [settleProtocol({}, environment)];
  return [...names].flatMap((name) => chooseExporter(name, environment, besides) ?? []);
}

function chooseExporter(
  name: string,
  environment: NodeJS.ProcessEnv,
  besides: readonly (string | undefined)[],
): ExporterOptions | undefined {
  if (name === 'otlp') return settleProtocol({}, environment);
  const hosted = HOSTED[name];
  if (hosted === undefined) {
    logDiag(
      'warn',
      `${VARIABLE}: expected otlp, ${Object.keys(HOSTED).join(', ')} or none alone, got '${name}'; ignored`,
    );
    return undefined;
  }
  const { packages, exportName } = hosted;
  for (const packageName of packages) {
    const file = findInstalled(packageName, besides);
    if (file !== undefined) return { module: pathToFileURL(file), export: exportName };
  }
  logDiag('warn', `${VARIABLE}=${name} needs ${packages.join(' or ')}, which is not installed; ignored`);
  return undefined;
}

/** The exporter, over HTTP where the environment chooses gRPC for it and has no exporter for that. */
export function settleProtocol(exporter: ExporterOptions, environment: NodeJS.ProcessEnv): ExporterOptions {
  const isObject = typeof exporter === 'object' && exporter !== null;
  if (!isObject || 'module' in exporter || exporter.protocol !== undefined) return exporter;
  const variable = PROTOCOL_VARIABLES.find((candidate) => environment[candidate]?.trim());
  if (variable === undefined || environment[variable]?.trim() !== 'grpc') return exporter;
  if (findModule(variable, GRPC_PACKAGE) !== undefined) return exporter;
  // Not to the diag logger, which is silent by default: the spans go to another port than was asked for.
  process.stderr.write(
    `offloop/register: ${variable}=grpc needs ${GRPC_PACKAGE}, which is not installed; using ${FALLBACK_PROTOCOL}.\n`,
  );
  return { ...exporter, protocol: FALLBACK_PROTOCOL };
}
