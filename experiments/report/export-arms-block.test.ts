import { describe, expect, it } from 'vitest';
import { CONTROL_ARM, comparedArm, injectedArm } from '../runner/scenario-arms.js';
import { makeTrial } from '../runner/test-trial.js';
import { exportArms } from '../scenarios/export-arms.js';
import { writeExportArmsBlock } from './export-arms-block.js';

const BLOCK_COUNT = 8;

const ARMS = [
  CONTROL_ARM,
  ...(['batch-otlp-json', 'clone-to-worker', 'child-process', 'offloop'] as const).map(comparedArm),
  { ...CONTROL_ARM, label: 'control-repeat', role: 'repeat' as const },
  injectedArm({ lengthMillis: 10, ratePerSecond: 2 }),
];

/** How long the loop is blocked once in a second, and the p99 of latency. */
const FIGURES: Readonly<Record<string, (block: number) => readonly [blockMillis: number, latencyP99Millis: number]>> = {
  control: () => [20, 100],
  'batch-otlp-json': () => [60, 180],
  'clone-to-worker': (block) => [22 + (block % 2 === 0 ? 9 : -9), 100],
  'child-process': () => [21, 90],
  offloop: () => [24, 110],
  'control-repeat': () => [20, 100],
  'control-injected': () => [30, 100],
};

const trials = Array.from({ length: BLOCK_COUNT }, (_, block) =>
  ARMS.map(({ label }) => {
    const [blockMillis, p99Millis] = FIGURES[label]?.(block) ?? [5, 100];
    const trial = makeTrial({ arm: label, block, blockMillis });
    return { ...trial, load: { ...trial.load, latency: { ...trial.load.latency, p99Millis, count: 225 } } };
  }),
).flat();

const provenance = {
  startedAt: '2026-01-01T00:00:00.000Z',
  command: 'npm run experiment -- export-arms --reference',
  commit: null,
  node: 'v24.0.0',
  v8: '',
  os: '',
  cpuModel: '',
  cpuCount: 2,
  memoryBytes: 1,
  governor: null,
  loadBefore: 0,
  seed: 1,
};

const text = writeExportArmsBlock(
  {
    scenario: { ...exportArms, arms: ARMS },
    size: { blockCount: BLOCK_COUNT, warmUpMillis: 800, measuredMillis: 4_500 },
    provenance,
    resumptions: [],
    trials,
    failedTrials: [],
  },
  '../results/export-arms/2026-01-01',
);

describe('every way to export at one load', () => {
  it('has what each arm adds and what offloop saves of it, with intervals, the controls among them', () => {
    expect(text).toContain(
      '\n| batch-otlp-json | 40.0 (40.0 to 40.0) | 36.0 (36.0 to 36.0) | 0.00 (0.00 to 0.00) | 80.0 (80.0 to 80.0) | 70.0 (70.0 to 70.0) | 8 |\n',
    );
    expect(text).toMatch(/\n\| offloop \| 4\.0 .* \| - \| .* \| 10\.0 .* \| - \| 8 \|\n/);
    expect(text).toMatch(/\n\| control-repeat \|.*\n\| control-injected \|/);
    expect(text).toContain('Controls: ');
    expect(text).toContain('225 requests a trial');
  });

  it('says beside which arms offloop saves, costs, and can not be told', () => {
    expect(text).toContain(
      "offloop saves more than that beside `batch-otlp-json`; it costs more than that beside `child-process`; the same within it: none; can't be told: `clone-to-worker`.",
    );
    expect(text).toContain(
      "**The latency at p99, arm by arm beside offloop** (margin 1 ms): offloop saves more than that beside `batch-otlp-json`; it costs more than that beside `clone-to-worker`, `child-process`; the same within it: none; can't be told: none.",
    );
  });
});
