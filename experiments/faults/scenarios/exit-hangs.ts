import { startSinkProcess } from '../../sink/sink-process.js';
import type { ExitingServiceOptions, ExitingServiceReport } from '../exiting-service.js';
import type { FaultScenario } from '../scenario.js';
import { SECRET } from '../service-options.js';
import { runService, type ServiceRun } from '../service-process.js';
import type { ProcessorName } from '../start-processor.js';
import { countLeaks, leakFigure, SECRET_HEADERS } from '../trial.js';

const RUN_COUNT = { small: 3, full: 20 };

const DRAIN_TIMEOUT_MILLIS = 500;

/** What a busy machine may add. */
const LATE_MILLIS = 500;

export const exitHangs: FaultScenario = {
  name: 'exit-hangs',
  title: 'process.exit() while the sink answers nothing, exitDrainTimeoutMillis 500',
  isTimed: true,
  async run(size) {
    const offloop: ServiceRun<ExitingServiceReport>[] = [];
    const stock: ServiceRun<ExitingServiceReport>[] = [];
    const sink = await startSinkProcess();
    try {
      await sink.client.setBehaviour({ hang: {} });
      for (let index = 0; index < RUN_COUNT[size]; index++) {
        offloop.push(await runOnce(sink.tracesUrl, 'offloop'));
        stock.push(await runOnce(sink.tracesUrl, 'batch'));
      }
    } finally {
      await sink.stop();
    }
    const lastsMillis = offloop.map(({ report, endUnixMillis }) => endUnixMillis - report.exitStartUnixMillis);
    const unsaid = offloop.filter(({ report, logLines }) => {
      return !logLines.some((line) => line.includes(`${report.endedSpanCount} spans dropped (process_exit)`));
    });
    return {
      figures: [
        { what: 'runs', unit: 'count', value: offloop.length, stockValue: stock.length },
        {
          what: 'longest drain',
          unit: 'ms',
          value: longestMillis(offloop),
          expect: { atMost: DRAIN_TIMEOUT_MILLIS + LATE_MILLIS },
          stockValue: longestMillis(stock),
        },
        {
          // From the first exit handler until the process is gone, with the thread that it leaves behind.
          what: 'process gone after, longest',
          unit: 'ms',
          value: Math.max(...lastsMillis),
          expect: { atMost: DRAIN_TIMEOUT_MILLIS + LATE_MILLIS },
        },
        {
          what: 'spans in no count',
          unit: 'count',
          value: countUncounted(offloop),
          expect: { exactly: 0 },
          stockValue: countUncounted(stock),
        },
        { what: 'runs that did not say so', unit: 'count', value: unsaid.length, expect: { exactly: 0 } },
        leakFigure(offloop.reduce((total, { logLines }) => total + countLeaks(logLines), 0)),
      ],
      runs: [...offloop, ...stock],
    };
  },
};

function runOnce(url: string, processor: ProcessorName): Promise<ServiceRun<ExitingServiceReport>> {
  const service: ExitingServiceOptions = {
    processor,
    url,
    exit: 'exit',
    exitMillis: 200,
    headers: SECRET_HEADERS,
    text: SECRET,
    isLogged: processor === 'offloop',
    ...(processor === 'offloop' ? { processorOptions: { exitDrainTimeoutMillis: DRAIN_TIMEOUT_MILLIS } } : {}),
  };
  return runService('exiting-service', service, 60_000);
}

function longestMillis(runs: readonly ServiceRun<ExitingServiceReport>[]): number {
  return Math.max(...runs.map(({ report }) => report.exitHandlersMillis));
}

/** Nothing is delivered: what is not counted as given up was lost in silence. */
function countUncounted(runs: readonly ServiceRun<ExitingServiceReport>[]): number {
  return runs.reduce((total, { report }) => {
    return total + report.endedSpanCount - (report.droppedSpanCountByReason['process_exit'] ?? 0);
  }, 0);
}
