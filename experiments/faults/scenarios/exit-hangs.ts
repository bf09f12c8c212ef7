import { startSinkProcess } from '../../sink/sink-process.js';
import type { ExitingServiceOptions, ExitingServiceReport, ExitName } from '../exiting-service.js';
import type { FaultScenario } from '../scenario.js';
import { SECRET } from '../service-options.js';
import { runService, type ServiceRun } from '../service-process.js';
import type { ProcessorName } from '../start-processor.js';
import { countLeaks, leakFigure, SECRET_HEADERS } from '../trial.js';

const RUN_COUNT = { small: 3, full: 20 };

const DRAIN_TIMEOUT_MILLIS = 500;

/** Some 25 chunks: more than a worker takes at a time, so that the last ones would leave only after the first time-outs. */
const MAX_EXPORT_BATCH_SIZE = 16;

/** What a busy machine may add. */
const LATE_MILLIS = 500;

export const exitHangs: FaultScenario = {
  name: 'exit-hangs',
  title: 'process.exit(), or nothing left to do, while the sink answers nothing, exitDrainTimeoutMillis 500',
  isTimed: true,
  async run(size) {
    const offloop: ServiceRun<ExitingServiceReport>[] = [];
    const loopDry: ServiceRun<ExitingServiceReport>[] = [];
    const stock: ServiceRun<ExitingServiceReport>[] = [];
    const sink = await startSinkProcess();
    try {
      await sink.client.setBehaviour({ hang: {} });
      for (let index = 0; index < RUN_COUNT[size]; index++) {
        offloop.push(await runOnce(sink.tracesUrl, 'offloop', 'exit'));
        loopDry.push(await runOnce(sink.tracesUrl, 'offloop', 'loop-dry'));
        stock.push(await runOnce(sink.tracesUrl, 'batch', 'exit'));
      }
    } finally {
      await sink.stop();
    }
    const all = [...offloop, ...loopDry];
    const unsaid = all.filter(({ report, logLines }) => {
      return !logLines.some((line) => line.includes(`${report.endedSpanCount} spans dropped (process_exit)`));
    });
    return {
      figures: [
        { what: 'runs', unit: 'count', value: all.length, stockValue: stock.length },
        {
          what: 'longest drain',
          unit: 'ms',
          value: longestMillis(all),
          expect: { atMost: DRAIN_TIMEOUT_MILLIS + LATE_MILLIS },
          stockValue: longestMillis(stock),
        },
        {
          // From the call to process.exit() until the process is gone, with the thread that it leaves behind.
          what: 'process gone after, longest',
          unit: 'ms',
          value: longestEndMillis(offloop),
          expect: { atMost: DRAIN_TIMEOUT_MILLIS + LATE_MILLIS },
        },
        {
          what: 'process with nothing left to do gone after, longest',
          unit: 'ms',
          value: longestEndMillis(loopDry),
          expect: { atMost: DRAIN_TIMEOUT_MILLIS + LATE_MILLIS },
        },
        {
          what: 'spans in no count',
          unit: 'count',
          value: countUncounted(all),
          expect: { exactly: 0 },
          stockValue: countUncounted(stock),
        },
        { what: 'runs that did not say so', unit: 'count', value: unsaid.length, expect: { exactly: 0 } },
        leakFigure(all.reduce((total, { logLines }) => total + countLeaks(logLines), 0)),
      ],
      runs: [...all, ...stock],
    };
  },
};

function runOnce(url: string, processor: ProcessorName, exit: ExitName): Promise<ServiceRun<ExitingServiceReport>> {
  const processorOptions = { exitDrainTimeoutMillis: DRAIN_TIMEOUT_MILLIS, maxExportBatchSize: MAX_EXPORT_BATCH_SIZE };
  const service: ExitingServiceOptions = {
    processor,
    url,
    exit,
    exitMillis: 200,
    headers: SECRET_HEADERS,
    text: SECRET,
    isLogged: processor === 'offloop',
    ...(processor === 'offloop' ? { processorOptions } : {}),
  };
  return runService('exiting-service', service, 60_000);
}

function longestMillis(runs: readonly ServiceRun<ExitingServiceReport>[]): number {
  return Math.max(...runs.map(({ report }) => report.exitHandlersMillis));
}

function longestEndMillis(runs: readonly ServiceRun<ExitingServiceReport>[]): number {
  return Math.max(...runs.map(({ report, endUnixMillis }) => endUnixMillis - report.doneUnixMillis));
}

/** Nothing is delivered: what is not counted as given up was lost in silence. */
function countUncounted(runs: readonly ServiceRun<ExitingServiceReport>[]): number {
  return runs.reduce((total, { report }) => {
    return total + report.endedSpanCount - (report.droppedSpanCountByReason['process_exit'] ?? 0);
  }, 0);
}
