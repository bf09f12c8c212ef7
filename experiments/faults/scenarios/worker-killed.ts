import { type LoopCost, measureLoopCost } from '../loop-cost.js';
import type { FaultScenario, Figure } from '../scenario.js';
import { countFigures, leakFigure, runTrial } from '../trial.js';
import type { Death } from '../worker-killer.js';

interface KilledWorker {
  readonly name: string;
  readonly title: string;
  readonly death: Death;
  readonly exportTimeoutMillis: number;
}

/** A quarter of 100, one for each death. */
const KILL_COUNT = { small: 3, full: 25 };

/** As short as the time a worker takes to be replaced: in one of 2 s no block below 20 ms reaches the p99. */
const WINDOW_MILLIS = 500;

/** The loop's own resolution; a new thread takes it 1 to 4 ms at once. */
const NOISE_MILLIS = 2;

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
        // So that four exports or so are under way at any moment.
        behaviour: { delayMillis: 200 },
        // Terminated from outside, the worker can be everybody's; the other deaths need an accomplice in it.
        isExporterDeadly: death !== 'terminate',
        processorOptions: death === 'out-of-memory' ? { worker: { maxOldGenerationSizeMb: 64 } } : {},
        kills: {
          death,
          count: killCount,
          quietMillis: WINDOW_MILLIS,
          killedMillis: WINDOW_MILLIS,
          // The collectors of a heap that fills up take both cores, whoever's heap it is.
          ...(death === 'out-of-memory' ? { bareDeath: death } : {}),
        },
      });
      const { report, sinkReport, lostSpanCount, duplicateSpanCount, leakingLineCount } = trial;
      const { quietP99Millis, killedP99Millis, bareP99Millis } = report;
      const loopCost = measureLoopCost(quietP99Millis, killedP99Millis);
      // Three windows on a machine that others share can't be judged.
      const judged = size === 'full' ? { expect: { atMost: NOISE_MILLIS } } : {};
      const isBareMeasured = bareP99Millis.length > 0;
      const figures: Figure[] = [
        { what: 'workers killed', unit: 'count', value: report.killedWorkerCount, expect: { exactly: killCount } },
        { what: 'threads started', unit: 'count', value: report.startedWorkerCount },
        { what: 'spans ended', unit: 'count', value: report.endedSpanCount },
        { what: 'spans lost', unit: 'count', value: lostSpanCount, expect: { exactly: 0 } },
        ...countFigures(trial),
        { what: 'spans twice', unit: 'count', value: duplicateSpanCount },
        {
          // A kill that hits nothing proves nothing. The sink answers a thread that loops, which sends again all the same.
          what: 'requests cut off, spans sent twice',
          unit: 'count',
          value: sinkReport.requests.abortedCount + duplicateSpanCount,
          expect: { atLeast: killCount },
        },
        { what: 'loop p99, no kill', unit: 'ms', value: loopCost.calmMillis },
        { what: 'loop p99, kill', unit: 'ms', value: loopCost.disturbedMillis },
        {
          what: 'loop p99, kills cost at least',
          unit: 'ms',
          value: loopCost.leastExtraMillis,
          ...(isBareMeasured ? {} : judged),
        },
        ...(isBareMeasured ? compareWithBare(measureLoopCost(bareP99Millis, killedP99Millis), judged) : []),
        leakFigure(leakingLineCount),
      ];
      return { figures, runs: [report] };
    },
  }),
);

/** What of a death's cost is offloop's: the rest is what the runtime takes to end any thread in this way. */
function compareWithBare({ calmMillis, leastExtraMillis }: LoopCost, judged: Pick<Figure, 'expect'>): Figure[] {
  return [
    { what: "loop p99, a bare thread's death", unit: 'ms', value: calmMillis },
    { what: 'loop p99, kills cost more than that at least', unit: 'ms', value: leastExtraMillis, ...judged },
  ];
}
