import { setTimeout as delay } from 'node:timers/promises';
import type { SinkBehaviour } from '../sink/behaviour.js';
import { type SinkProcess, startSinkProcess } from '../sink/sink-process.js';
import type { SinkReport } from '../sink/sink-report.js';
import type { Figure } from './scenario.js';
import { SECRET, type ServiceOptions, type ServiceReport } from './service-options.js';
import { runService } from './service-process.js';

/** On top of the service's own times: it starts, and the machine may be busy. */
const GRACE_MILLIS = 60_000;

export const SECRET_HEADERS = { authorization: `Bearer ${SECRET}` };

export interface TrialOptions extends Omit<ServiceOptions, 'url' | 'headers'> {
  /** Of the sink from the start. */
  readonly behaviour?: SinkBehaviour;
  /** So long after its first request the sink is healthy again. @default never */
  readonly faultMillis?: number;
}

/** What came of one service and the sink it had to itself. */
export interface Trial {
  readonly report: ServiceReport;
  readonly sinkReport: SinkReport;
  /** Spans that ended and never came to the sink. */
  readonly lostSpanCount: number;
  readonly duplicateSpanCount: number;
  readonly logLineCount: number;
  /** Log lines with a word of a header or of a span. */
  readonly leakingLineCount: number;
}

/** Runs a service against a sink; both are processes of their own. */
export async function runTrial({ behaviour = {}, faultMillis, ...options }: TrialOptions): Promise<Trial> {
  const sink = await startSinkProcess();
  const healed = new AbortController();
  try {
    await sink.client.setBehaviour(behaviour);
    const healing = faultMillis === undefined ? undefined : healAfter(sink, faultMillis, healed.signal);
    const run = await runService<ServiceReport>(
      'service',
      { isLogged: true, ...options, url: sink.tracesUrl, headers: SECRET_HEADERS },
      options.durationMillis + options.settleTimeoutMillis + GRACE_MILLIS + estimateKillMillis(options),
    );
    healed.abort();
    await healing;
    const sinkReport = await sink.client.report();
    const { receivedCount, duplicateCount } = sinkReport.spans;
    const duplicateSpanCount = duplicateCount ?? 0;
    return {
      report: run.report,
      sinkReport,
      lostSpanCount: run.report.endedSpanCount - (receivedCount - duplicateSpanCount),
      duplicateSpanCount,
      logLineCount: run.logLines.length,
      leakingLineCount: countLeaks(run.logLines),
    };
  } finally {
    healed.abort();
    await sink.stop();
  }
}

/** The same with offloop and with the stock batch processor, side by side. */
export async function runBoth(options: Omit<TrialOptions, 'processor'>): Promise<{ offloop: Trial; stock: Trial }> {
  const { processorOptions: _, ...stockOptions } = options;
  const [offloop, stock] = await Promise.all([
    runTrial({ ...options, processor: 'offloop' }),
    // Its log of what it sends would be most of its work.
    runTrial({ isLogged: false, ...stockOptions, processor: 'batch' }),
  ]);
  return { offloop, stock };
}

export function countLeaks(logLines: readonly string[]): number {
  return logLines.filter((line) => line.includes(SECRET)).length;
}

/** Spans that ended in no count, or in two. */
function countUnaccounted({ report: { endedSpanCount, stats } }: Trial): number {
  if (stats === null) return endedSpanCount;
  const { exportedSpanCount, failedSpanCount, droppedSpanCount, pendingSpanCount } = stats;
  return Math.abs(endedSpanCount - exportedSpanCount - failedSpanCount - droppedSpanCount - pendingSpanCount);
}

/** Of a scenario in which nothing may be lost: what was delivered must not be counted as something else either. */
export function countFigures(trial: Trial): Figure[] {
  const { stats } = trial.report;
  const countedAsLost = stats === null ? Number.NaN : stats.failedSpanCount + stats.droppedSpanCount;
  return [
    { what: 'counted as lost', unit: 'count', value: countedAsLost, expect: { exactly: 0 } },
    unaccountedFigure(trial),
  ];
}

export function unaccountedFigure(trial: Trial): Figure {
  return { what: 'spans in no count', unit: 'count', value: countUnaccounted(trial), expect: { exactly: 0 } };
}

/** How often the sink did what it was told to, so that a fault which never came does not pass for one overcome. */
export function countFaults({ sinkReport }: Trial): number {
  return Object.values(sinkReport.requests.faultCountByType).reduce((total, count) => total + count, 0);
}

/** The figure that every scenario has. */
export function leakFigure(leakingLineCount: number): Figure {
  return { what: 'leaks into the log', unit: 'count', value: leakingLineCount, expect: { exactly: 0 } };
}

async function healAfter(sink: SinkProcess, faultMillis: number, signal: AbortSignal): Promise<void> {
  try {
    while ((await sink.client.report()).requests.receivedCount === 0) await delay(20, undefined, { signal });
    await delay(faultMillis, undefined, { signal });
    await sink.client.setBehaviour({});
  } catch (error) {
    // The service has ended before.
    if (!signal.aborted) throw error;
  }
}

function estimateKillMillis({ kills, exportTimeoutMillis = 30_000 }: Omit<TrialOptions, 'behaviour'>): number {
  if (kills === undefined) return 0;
  return kills.count * (kills.quietMillis + kills.killedMillis + exportTimeoutMillis + 10_000);
}
