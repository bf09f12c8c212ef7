import { BlockHistogram } from '../loop-delay/block-histogram.js';
import type { LoopDelaySnapshotJson } from '../loop-delay/loop-delay-snapshot.js';
import type { ReportComparison, ReportDocument, ReportTrial } from './report-document.js';

const STARTED_AT_UNIX_MILLIS = 1_800_000_000_000;
const DURATION_MILLIS = 8_000;
const TRIAL_COUNT = 3;

/** A loop with a block of 1 ms in every 100, and one of `blockMillis` each second. */
export function makeSnapshot(blockMillis: number, startedAtUnixMillis = STARTED_AT_UNIX_MILLIS): LoopDelaySnapshotJson {
  const seconds = Array.from({ length: DURATION_MILLIS / 1_000 }, (_, index) => index);
  const histogram = new BlockHistogram();
  for (const _ of seconds) histogram.record(blockMillis);
  return {
    version: 1,
    startedAtUnixMillis,
    durationMillis: DURATION_MILLIS,
    resolutionMillis: 2,
    rawResolutionMillis: 10,
    utilization: 0.2,
    mainThreadCpuMillis: 1_600,
    runnableMillis: 20,
    thresholdsMillis: [10],
    overThresholds: [],
    longestBlocks: seconds.map((second) => ({
      startedAtUnixMillis: startedAtUnixMillis + second * 1_000 + 250,
      durationMillis: blockMillis,
    })),
    raw: {
      buckets: [
        [10, 790],
        [10 + blockMillis, seconds.length],
      ],
    },
    perIteration: null,
    arrivalWeighted: { blocks: [[1, 80], ...histogram.listBuckets()], observedMillis: DURATION_MILLIS },
  };
}

function makeTrial(blockMillis: number, index: number): ReportTrial {
  const loopDelay = makeSnapshot(blockMillis + index, STARTED_AT_UNIX_MILLIS + index * 60_000);
  return {
    label: `block ${index + 1}`,
    loopDelay,
    latency: [
      [20, 300],
      [40 + blockMillis, 100],
    ],
    processCpu: { userMillis: 2_000, systemMillis: 400 },
    exports: [1_300, 4_300].map((offsetMillis) => ({
      receivedAtUnixMillis: loopDelay.startedAtUnixMillis + offsetMillis,
      wireByteLength: 100_000,
    })),
  };
}

/** A report of as many arms as there are names, each with longer blocks than the one before; three trials an arm. */
export function makeReportDocument(armNames: readonly string[]): ReportDocument {
  const arms = armNames.map((name, arm) => ({
    name,
    trials: Array.from({ length: TRIAL_COUNT }, (_, index) => makeTrial(10 * 2 ** arm, index)),
  }));
  const [baseline, ...others] = arms;
  return {
    title: 'example: a loop with a block each second',
    findings: ['The longer the block, the longer the wait.'],
    command: 'npm run experiment -- example',
    environment: [{ name: 'Node', value: 'v24.0.0' }],
    arms,
    comparisons: others.map(({ name }, index): ReportComparison => {
      const millis = 10 * (2 ** (index + 1) - 1);
      return {
        armName: name,
        baselineName: baseline?.name ?? '',
        quantity: 'arrival-weighted p99',
        differences: [millis - 1, millis, millis + 2].map((difference, block) => ({
          label: `block ${block + 1}`,
          millis: difference,
        })),
        estimateMillis: millis,
        interval: { lowMillis: millis - 1.5, highMillis: millis + 2.5 },
        method: 'median, 95 % bootstrap interval (percentile)',
        decision: 'different',
      };
    }),
    exclusions: [{ armName: armNames[0] ?? '', label: 'block 4', reasons: ['starved of CPU'] }],
    notes: ['The control makes the same spans and has no exporter.'],
  };
}
