import type { Provenance } from '../runner/provenance.js';
import type { Resumption } from '../runner/run-record.js';

/** Which code made a run, when and on what machine: lines of its summary. */
export function listOrigin(provenance: Provenance, resumptions: readonly Resumption[] = []): string[] {
  return [
    `Commit: ${provenance.commit ?? 'unknown'}, ${provenance.startedAt}`,
    ...resumptions.map(({ startedAt, loadBefore }) => `Gone on with: ${startedAt}, load before ${loadBefore}`),
    `Node ${provenance.node} (V8 ${provenance.v8}), ${provenance.os}`,
    `${provenance.cpuCount} x ${provenance.cpuModel}, governor ${provenance.governor ?? 'unknown'}, load before the run ${provenance.loadBefore}`,
  ];
}
