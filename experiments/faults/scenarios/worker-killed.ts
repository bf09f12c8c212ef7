import { median, percentile } from '../percentile.js';
import type { FaultScenario, Figure } from '../scenario.js';
import { leakFigure, runTrial } from '../trial.js';
import type { Death } from '../worker-killer.js';

interface KilledWorker {
  readonly name: string;
  readonly title: string;
  readonly death: Death;
  readonly exportTimeoutMillis: number;
}

/** A quarter of 100, one for each death. */
const KILL_COUNT = { small: 3, full: 25 };

/** On top of nine of ten windows without a kill: a new thread alone takes the loop 1 to 4 ms. */
const ALLOWANCE_MILLIS = 5;

const KILLED_WORKERS: readonly KilledWorker[] = [
  {
    name: 'killed-terminate',
    title: 'the worker is terminated, 2,000 spans/s, OTLP/protobuf',
    death: 'terminate',
    exportTimeoutMillis: 30_000,
  },
  {
    name: 'killed-throw',
    title: 'the hosted exporter throws asynchronously, 2,000 spans/s',
    death: 'throw',
    exportTimeoutMillis: 30_000,
  },
  {
    name: 'killed-memory',
    title: 'the worker runs out of memory, 2,000 spans/s',
    death: 'out-of-memory',
    exportTimeoutMillis: 30_000,
  },
  {
    name: 'killed-loop',
    title: 'the hosted exporter loops for ever, 2,000 spans/s',
    death: 'loop',
    exportTimeoutMillis: 2_000,
  },
];

export const workerKilled: readonly FaultScenario[] = KILLED_WORKERS.map(
  ({ name, title, death, exportTimeoutMillis }) => ({
    name,
    title,
    isTimed: true,
    async run(size) {
      const killCount = KILL_COUNT[size];
      const trial = await runTrial({
        processor: 'offloop',
        spansPerSecond: 2_000,
        durationMillis: 0,
        settleTimeoutMillis: 60_000,
        exportTimeoutMillis,
        scheduledDelayMillis: 50,
        // So that something is under way at most moments.
        behaviour: { delayMillis: 25 },
        // Terminated from outside, the worker can be everybody's; the other deaths need an accomplice in it.
        isExporterDeadly: death !== 'terminate',
        processorOptions: death === 'out-of-memory' ? { worker: { maxOldGenerationSizeMb: 64 } } : {},
        kills: { death, count: killCount, quietMillis: 1_000, killedMillis: 2_000 },
      });
      const { report, lostSpanCount, duplicateSpanCount, leakingLineCount } = trial;
      const figures: Figure[] = [
        { what: 'workers killed', unit: 'count', value: report.killedWorkerCount, expect: { exactly: killCount } },
        { what: 'threads started', unit: 'count', value: report.startedWorkerCount },
        { what: 'spans ended', unit: 'count', value: report.endedSpanCount },
        { what: 'spans lost', unit: 'count', value: lostSpanCount, expect: { exactly: 0 } },
        { what: 'spans twice', unit: 'count', value: duplicateSpanCount },
        { what: 'loop p99, no kill', unit: 'ms', value: median(report.quietP99Millis) },
        {
          what: 'loop p99, kill',
          unit: 'ms',
          value: median(report.killedP99Millis),
          // Three windows on a machine that others share can't be judged.
          ...(size === 'full' ? { expect: { atMost: percentile(report.quietP99Millis, 90) + ALLOWANCE_MILLIS } } : {}),
        },
        leakFigure(leakingLineCount),
      ];
      return { figures, runs: [report] };
    },
  }),
);
