import { describe, expect, it } from 'vitest';
import { ARM_NAMES } from '../../arms/index.js';
import { WAYS } from '../../claims/a-ways/cases.js';
import { ways } from '../../claims/a-ways/claim.js';
import type { ClaimTrial } from '../../claims/claim.js';
import { CLAIMS } from '../../claims/index.js';
import { makeTrials } from '../../claims/trials.test-data.js';
import { makeMatrixRun } from '../../matrix/test-run.js';
import { CONTROL_ARM, comparedArm } from '../../runner/scenario-arms.js';
import { makeTrial } from '../../runner/test-trial.js';
import { exportArms } from '../../scenarios/export-arms.js';
import { MAKERS, MAKING_LEAVES } from './making.js';
import { SENDING_LEAVES } from './sending-leaves.js';
import { writeMakingTree, writeSendingTree } from './ways-tables.js';
import { writeWaysBySending, writeWaysInMatrix } from './ways-together.js';

const PROVENANCE = {
  startedAt: '2026-01-01T00:00:00.000Z',
  command: 'npm run experiment',
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

function recordClaim(name: string, trials: readonly ClaimTrial[]) {
  const claim = CLAIMS.find((candidate) => candidate.name === name);
  if (claim === undefined) throw new Error(`expected a claim '${name}'`);
  return { claim, run: { claim: name, size: claim.sizes.reference, provenance: PROVENANCE, trials } };
}

const figuresOf = (name: string) => ({
  cpuMicros: name.startsWith('none') ? 100 : 300,
  loopMicros: name.endsWith('dropped') ? 200 : name === 'none' ? 100 : 400,
});

/** Every case of a claim with the same figures. */
function recordAll(name: string) {
  const cases = CLAIMS.find((candidate) => candidate.name === name)?.cases ?? [];
  return recordClaim(name, makeTrials(Object.fromEntries(cases.map((each) => [each, figuresOf(each)]))));
}

describe('the tree of ways to make spans', () => {
  it('has every case of the lab once, and a branch for every maker', () => {
    const named = MAKING_LEAVES.flatMap(({ source }) =>
      'claim' in source && source.claim === ways.name ? source.label : [],
    );
    expect(named.sort()).toEqual(WAYS.map(({ name, unit }) => `${name}, ${unit}`).sort());
    expect([...new Set(MAKING_LEAVES.map(({ maker }) => maker))]).toEqual(MAKERS);
  });

  it('names rows that the claims have', () => {
    for (const { source } of MAKING_LEAVES) {
      if ('reason' in source) continue;
      const table = CLAIMS.find(({ name }) => name === source.claim)?.tables.find(
        ({ title }) => title === source.table,
      );
      expect(
        table?.rows.map(({ label }) => label),
        source.table,
      ).toContain(source.label);
    }
  });

  it('has a figure where there is a run, and says so where there is none', () => {
    const text = writeMakingTree(new Map([['ways', recordAll('ways')]]));
    // 200 µs of a turn with four functions.
    expect(text).toMatch(
      /\| A2: `observe\(\)` around a function \| 0\.050 ms \(0\.0\d+ to 0\.0\d+\) \| a function, CPU \| `ways` \|/,
    );
    expect(text).toContain('| the context manager `startActiveObservation()` | no reference run yet |');
    expect(text).toMatch(/\| eBPF \| - \| - \| not run: no JavaScript of it runs on the loop/);
    expect(text.match(/your code calls the tracer/g)).toHaveLength(1);
  });
});

describe('the tree of ways to send', () => {
  it('has every arm of the lab once, but for the one that is no way', () => {
    const arms = SENDING_LEAVES.flatMap(({ source }) => ('arm' in source ? source.arm : []));
    expect(arms.sort()).toEqual(ARM_NAMES.filter((name) => name !== 'offloop-dearer').sort());
  });

  it('takes the figures of an arm from the first run that has it', () => {
    const makeRun = (arms: readonly ('batch-otlp-json' | 'langfuse')[], blockMillis: number) => ({
      scenario: { ...exportArms, arms: [CONTROL_ARM, ...arms.map(comparedArm)] },
      size: { blockCount: 8, warmUpMillis: 1, measuredMillis: 1 },
      provenance: PROVENANCE,
      resumptions: [],
      trials: Array.from({ length: 8 }, (_, block) => [
        makeTrial({ arm: 'control', block, blockMillis: 20 }),
        ...arms.map((arm) => makeTrial({ arm, block, blockMillis })),
      ]).flat(),
      failedTrials: [],
    });
    const runs = new Map([
      ['export-arms', makeRun(['batch-otlp-json'], 50)],
      ['langfuse', makeRun(['batch-otlp-json', 'langfuse'], 90)],
    ]);
    const text = writeSendingTree(new Map([['ways-export', recordAll('ways-export')]]), runs);
    expect(text).toContain(
      '| `BatchSpanProcessor`, OTLP/JSON | 30.0 (30.0 to 30.0) | 0.00 (0.00 to 0.00) | `export-arms` |',
    );
    expect(text).toContain(
      '| `LangfuseSpanProcessor`, with images | 70.0 (70.0 to 70.0) | 0.00 (0.00 to 0.00) | `langfuse` |',
    );
    expect(text).toContain('| offloop: chunks transferred | - | - | no reference run yet |');
    expect(text).toMatch(/own queue \| - \| - \| `ways-export`: 300 µs \(\d+ to \d+\) \(a turn/);
  });
});

describe('both together', () => {
  it('has a row a way and a column a way to send', () => {
    const text = writeWaysBySending(new Map([['ways-export', recordAll('ways-export')]]));
    expect(text).toMatch(/\n\| A2 observe \| 100 µs .* \| 300 µs .* \| - \| 300 µs .* \|/);
    expect(text).toMatch(/\n\| A1 v3 client \| 100 µs .* \| - \| 300 µs .* \| - \|/);
    expect(writeWaysBySending(new Map())).toBe('');
  });

  it('has the kinds of arms of the matrix by who made the spans', () => {
    const text = writeWaysInMatrix(makeMatrixRun((arm) => (arm === 'control' ? 15 : 20)));
    expect(text).toMatch(/\| arms, by what the main thread does \| manual \| automatic \| observe \|/);
    expect(text).not.toContain('| batch-awaited |');
  });
});
