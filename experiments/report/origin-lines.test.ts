import { expect, it } from 'vitest';
import type { Provenance } from '../runner/provenance.js';
import { listOrigin } from './origin-lines.js';

const provenance = {
  startedAt: '2026-01-01T00:00:00.000Z',
  commit: null,
  node: 'v24.0.0',
  v8: '13.6',
  os: 'linux x64 6.0',
  cpuCount: 2,
  cpuModel: 'model',
  governor: null,
  loadBefore: 0.5,
} as Provenance;

it('tells code, machine, and each time that a run was gone on with', () => {
  const resumption = { startedAt: '2026-01-02T00:00:00.000Z', command: 'npm run experiment -- compare', loadBefore: 2 };
  expect(listOrigin(provenance, [resumption])).toEqual([
    'Commit: unknown, 2026-01-01T00:00:00.000Z',
    'Gone on with: 2026-01-02T00:00:00.000Z, load before 2',
    'Node v24.0.0 (V8 13.6), linux x64 6.0',
    '2 x model, governor unknown, load before the run 0.5',
  ]);
});
