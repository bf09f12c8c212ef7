import { DEFAULT_SIZE } from './arm-settings.js';
import type { LiveRun } from './live-run.js';

/** A run such as a live one writes, for tests of what is made of it: blocks, found as they must be. */
export function makeLiveLine(traits: Partial<LiveRun> = {}): LiveRun {
  return {
    candidate: 'offloop-blocked',
    round: 0,
    startedAt: '2026-01-01T00:00:00.000Z',
    commit: '0123456789',
    node: 'v24.0.0',
    machine: '2 x example, linux x64 6.18',
    size: DEFAULT_SIZE,
    verdict: 'regressed',
    sentence: 'regressed: arrival-weighted p99',
    exitCode: 1,
    durationMillis: 150_000,
    blockCount: 8,
    figure: 'arrivalWeightedP99Millis',
    difference: { estimate: 19, low: 18, high: 20, confidence: 0.95 },
    limit: 2,
    expectedSpanCount: 8_400,
    receivedSpanCount: 8_400,
    isMachineToBlame: false,
    ...traits,
  };
}
