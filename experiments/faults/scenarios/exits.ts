import { createRandom } from '#gate/statistics/random';
import { type SinkProcess, startSinkProcess } from '../../sink/sink-process.js';
import type { ExitingServiceOptions, ExitingServiceReport, ExitName } from '../exiting-service.js';
import { median } from '../percentile.js';
import type { FaultScenario } from '../scenario.js';
import { SECRET } from '../service-options.js';
import { runService } from '../service-process.js';
import type { ProcessorName } from '../start-processor.js';
import { countLeaks, leakFigure, SECRET_HEADERS } from '../trial.js';

const RUN_COUNT = { small: 20, full: 200 };

/** Spans are ended for a random time up to this, more often for a short one: half of them for less than 375 ms. */
const MAX_EXIT_MILLIS = 1_500;

/** Every other run exits with exports under way: chunks leave as often, and the sink takes as long. */
const BUSY_DELAY_MILLIS = 50;

const RUN_TIMEOUT_MILLIS = 60_000;

const TITLES: readonly (readonly [exit: ExitName, title: string])[] = [
  ['exit', 'process.exit() at a random moment, 2,000 spans/s'],
  ['throw', 'an uncaught exception at a random moment, 2,000 spans/s'],
  ['rejection', 'an unhandled rejection at a random moment, 2,000 spans/s'],
  ['loop-dry', 'nothing left to do, at a random moment, 2,000 spans/s'],
  ['signal-handler', 'SIGTERM, whose handler calls process.exit(), at a random moment, 2,000 spans/s'],
];

interface ExitRun extends ExitingServiceReport {
  readonly exitMillis: number;
  readonly lostSpanCount: number;
  readonly duplicateSpanCount: number;
  readonly leakingLineCount: number;
}

export const exits: readonly FaultScenario[] = TITLES.map(([exit, title]) => ({
  name: `exit-${exit}`,
  title,
  isTimed: true,
  async run(size, seed) {
    const [offloop, stock] = await Promise.all([
      runMany({ exit, processor: 'offloop', runCount: RUN_COUNT[size], seed }),
      runMany({ exit, processor: 'batch', runCount: RUN_COUNT[size], seed }),
    ]);
    const drains = offloop.map(({ exitHandlersMillis }) => exitHandlersMillis);
    const sum = (runs: readonly ExitRun[], name: 'endedSpanCount' | 'lostSpanCount' | 'duplicateSpanCount') =>
      runs.reduce((total, run) => total + run[name], 0);
    return {
      figures: [
        { what: 'runs', unit: 'count', value: offloop.length, stockValue: stock.length },
        {
          what: 'spans ended',
          unit: 'count',
          value: sum(offloop, 'endedSpanCount'),
          stockValue: sum(stock, 'endedSpanCount'),
        },
        {
          what: 'spans lost',
          unit: 'count',
          value: sum(offloop, 'lostSpanCount'),
          expect: { exactly: 0 },
          stockValue: sum(stock, 'lostSpanCount'),
        },
        {
          what: 'spans twice',
          unit: 'count',
          value: sum(offloop, 'duplicateSpanCount'),
          expect: { exactly: 0 },
          stockValue: sum(stock, 'duplicateSpanCount'),
        },
        { what: 'drain, median', unit: 'ms', value: median(drains) },
        { what: 'drain, longest', unit: 'ms', value: Math.max(...drains), expect: { atMost: 1_000 } },
        leakFigure(offloop.reduce((total, { leakingLineCount }) => total + leakingLineCount, 0)),
      ],
      runs: [...offloop, ...stock],
    };
  },
}));

async function runMany(options: {
  readonly exit: ExitName;
  readonly processor: ProcessorName;
  readonly runCount: number;
  readonly seed: number;
}): Promise<ExitRun[]> {
  const { exit, processor, runCount, seed } = options;
  const random = createRandom(seed);
  const runs: ExitRun[] = [];
  const sink = await startSinkProcess();
  try {
    for (let index = 0; index < runCount; index++) {
      const exitMillis = Math.round(random() ** 2 * MAX_EXIT_MILLIS);
      const isBusy = index % 2 === 1;
      await sink.client.setBehaviour(isBusy ? { delayMillis: BUSY_DELAY_MILLIS } : {});
      const times = isBusy ? { scheduledDelayMillis: BUSY_DELAY_MILLIS } : {};
      runs.push(await runOnce(sink, { exit, processor, exitMillis, ...times }));
    }
  } finally {
    await sink.stop();
  }
  return runs;
}

async function runOnce(
  sink: SinkProcess,
  options: Pick<ExitingServiceOptions, 'exit' | 'processor' | 'exitMillis' | 'scheduledDelayMillis'>,
): Promise<ExitRun> {
  await sink.client.reset();
  const service: ExitingServiceOptions = {
    ...options,
    url: sink.tracesUrl,
    headers: SECRET_HEADERS,
    text: SECRET,
    isLogged: options.processor === 'offloop',
  };
  const { report, logLines } = await runService<ExitingServiceReport>('exiting-service', service, RUN_TIMEOUT_MILLIS);
  let { requests, spans } = await sink.client.report();
  // What a process sent before it was gone may still be read.
  while (requests.inFlightCount > 0) ({ requests, spans } = await sink.client.report());
  const duplicateSpanCount = spans.duplicateCount ?? 0;
  return {
    ...report,
    exitMillis: options.exitMillis,
    lostSpanCount: report.endedSpanCount - (spans.receivedCount - duplicateSpanCount),
    duplicateSpanCount,
    leakingLineCount: countLeaks(logLines),
  };
}
