// Which Node and which major of OpenTelemetry's SDK meet, and which of them can't.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));

/** Those of `npm run test:loop-delay`. */
const NODE_VERSIONS = ['20.20.2', '22.23.3', '24.21.0', '26.10.0'];
const SDKS = ['sdk-2', 'sdk-3'];

/** TypeScript finds the same whatever Node runs it: once for each SDK will do. */
const TYPES_NODE_VERSION = '24.21.0';

export const CELLS = SDKS.flatMap((sdk) =>
  NODE_VERSIONS.map((nodeVersion) => ({
    name: `${sdk}-node-${nodeVersion.split('.')[0]}`,
    sdk,
    nodeVersion,
    checksTypes: nodeVersion === TYPES_NODE_VERSION,
    /** npm has to refuse it: a cell that has become possible is to be tried. */
    isRefused: sdk === 'sdk-3' && nodeVersion.startsWith('20.'),
  })),
);

/** @returns why a check can't be made with an SDK, in upstream's words, as their manifests have them. */
export function findObstacle(sdk, needs) {
  if (needs !== '@langfuse/otel' || sdk === 'sdk-2') return undefined;
  const { packages } = JSON.parse(readFileSync(join(HERE, 'sdk-2', 'package-lock.json'), 'utf8'));
  const { version, peerDependencies } = packages['node_modules/@langfuse/otel'];
  const range = peerDependencies['@opentelemetry/sdk-trace-base'];
  if (!range.startsWith('^2.')) throw new Error(`@langfuse/otel ${version} takes ${range} now: try it with ${sdk}`);
  return `@langfuse/otel ${version} needs @opentelemetry/sdk-trace-base ${range}`;
}
