import { logDiag } from '../diag-log.js';
import { findInstalled, load } from './installed-packages.js';

type Exports = Readonly<Record<string, unknown>>;

const VARIABLE = 'OTEL_NODE_RESOURCE_DETECTORS';

/** What `@opentelemetry/resources` exports, by the names that the variable takes. `env` last, because it wins. */
const BUILT_IN: Readonly<Record<string, string>> = {
  host: 'hostDetector',
  os: 'osDetector',
  process: 'processDetector',
  serviceinstance: 'serviceInstanceIdDetector',
  env: 'envDetector',
};

/** Packages that export one detector or several, each under a name that ends in `Detector`. */
const PACKAGES: Readonly<Record<string, string>> = {
  alibaba: '@opentelemetry/resource-detector-alibaba-cloud',
  aws: '@opentelemetry/resource-detector-aws',
  azure: '@opentelemetry/resource-detector-azure',
  container: '@opentelemetry/resource-detector-container',
  gcp: '@opentelemetry/resource-detector-gcp',
};

/** The names of the detector packages that are installed, of all that there are. */
export function listInstalledDetectors(): string[] {
  return Object.keys(PACKAGES).filter((name) => findInstalled(PACKAGES[name] ?? '') !== undefined);
}

/**
 * The detectors that `OTEL_NODE_RESOURCE_DETECTORS` names, by default all that are installed. A name that is not known or
 * whose package is not installed is a diag warning, as in the SDK.
 *
 * @param resources What `@opentelemetry/resources` exports.
 */
export function readDetectors(environment: NodeJS.ProcessEnv, resources: Exports): unknown[] {
  const list = environment[VARIABLE]?.split(',') ?? [];
  const names = list.map((name) => name.trim()).filter((name) => name !== '');
  if (names.includes('none')) return [];
  const all = [...listInstalledDetectors(), ...Object.keys(BUILT_IN)];
  return (names.length === 0 || names.includes('all') ? all : names).flatMap((name) => findDetectors(name, resources));
}

function findDetectors(name: string, resources: Exports): unknown[] {
  const builtIn = BUILT_IN[name];
  // An older SDK has not all of them.
  if (builtIn !== undefined) return resources[builtIn] === undefined ? [] : [resources[builtIn]];
  const packageName = PACKAGES[name];
  const file = packageName && findInstalled(packageName);
  if (!file) {
    const names = [...Object.keys(BUILT_IN), ...Object.keys(PACKAGES)].join(', ');
    logDiag(
      'warn',
      packageName
        ? `${VARIABLE}: '${name}' needs ${packageName}, which is not installed; ignored`
        : `${VARIABLE}: expected all, none or some of ${names}, got '${name}'; ignored`,
    );
    return [];
  }
  return Object.entries(load<Exports>(file)).flatMap(([key, value]) => (key.endsWith('Detector') ? [value] : []));
}
