import { performance } from 'node:perf_hooks';
import type { Attributes, BatchObservableCallback, Meter, Observable } from '@opentelemetry/api';
import type { LoopDelayMonitor } from './loop-delay-monitor.js';
import type { LoopDelaySnapshot } from './loop-delay-snapshot.js';

const STATE_ATTRIBUTE = 'nodejs.eventloop.state';
const THRESHOLD_ATTRIBUTE = 'offloop.eventloop.threshold';

interface Gauge {
  readonly name: string;
  readonly description: string;
  /** Seconds; not observed where it is not a number. */
  readonly readSeconds: (snapshot: LoopDelaySnapshot) => number;
}

/** Names of the semantic conventions, which know the delay that `monitorEventLoopDelay` gives and no other. */
const RAW_GAUGES: readonly Gauge[] = [
  describeRaw('min', 'minimum', ({ raw }) => raw.minMillis),
  describeRaw('max', 'maximum', ({ raw }) => raw.maxMillis),
  describeRaw('mean', 'mean', ({ raw }) => raw.meanMillis),
  describeRaw('stddev', 'standard deviation of the', ({ raw }) => raw.standardDeviationMillis),
  ...[50, 90, 99].map((percentile) =>
    describeRaw(`p${percentile}`, `${percentile} percentile`, ({ raw }) => raw.percentileMillis(percentile)),
  ),
];

const ARRIVAL_WEIGHTED_GAUGES: readonly Gauge[] = [
  describeArrivalWeighted('mean', 'on average', ({ arrivalWeighted }) => arrivalWeighted.meanMillis),
  describeArrivalWeighted('max', 'at most: the longest block', ({ arrivalWeighted }) => arrivalWeighted.maxMillis),
  ...[50, 90, 99, 99.9].map((percentile) =>
    describeArrivalWeighted(
      `p${String(percentile).replace('.', '')}`,
      `at the ${percentile} percentile`,
      ({ arrivalWeighted }) => arrivalWeighted.percentileMillis(percentile),
    ),
  ),
];

/**
 * Exports what a monitor measures as OpenTelemetry metrics: `nodejs.eventloop.*` for what semantic conventions have a
 * name for, `offloop.eventloop.*` for the rest. Delays and times in seconds.
 *
 * Each collection is a window of its own: it takes the monitor's snapshot and resets it. So the monitor is given over to
 * the metrics, and to one metric reader; make another monitor to look at yourself. Call it on the thread that made the
 * monitor. Once the monitor was stopped, its last window is exported and nothing after it.
 *
 * @returns a function that ends the export; the monitor goes on.
 */
export function observeLoopDelay(monitor: LoopDelayMonitor, meter: Meter): () => void {
  const gauges = [...RAW_GAUGES, ...ARRIVAL_WEIGHTED_GAUGES].map((gauge) => ({
    ...gauge,
    instrument: meter.createObservableGauge(gauge.name, { unit: 's', description: gauge.description }),
  }));
  const utilization = meter.createObservableGauge('nodejs.eventloop.utilization', {
    unit: '1',
    description: 'Event loop utilization.',
  });
  const time = meter.createObservableCounter('nodejs.eventloop.time', {
    unit: 's',
    description: 'Cumulative duration of time the event loop has been in each state.',
  });
  const overThreshold = meter.createObservableCounter('offloop.eventloop.over_threshold.time', {
    unit: 's',
    description: 'Time at which an arriving request would have waited longer than the threshold.',
  });
  const blocks = meter.createObservableCounter('offloop.eventloop.over_threshold.blocks', {
    unit: '{block}',
    description: 'Blocks of the event loop that were longer than the threshold.',
  });
  const runnable = meter.createObservableCounter('offloop.eventloop.runnable.time', {
    unit: 's',
    description: 'Time the thread of the event loop was ready to run and had no core.',
  });
  const totals = new Totals();
  const instruments: Observable[] = [...gauges.map(({ instrument }) => instrument), utilization, time];
  instruments.push(overThreshold, blocks, runnable);

  let lastSnapshot: LoopDelaySnapshot | undefined;
  const observe: BatchObservableCallback = (result) => {
    const snapshot = monitor.snapshot();
    // A stopped monitor gives its last window for ever; it must not be added again.
    if (snapshot === lastSnapshot) return;
    lastSnapshot = snapshot;
    monitor.reset();
    for (const { instrument, readSeconds } of gauges) {
      const seconds = readSeconds(snapshot);
      if (Number.isFinite(seconds)) result.observe(instrument, seconds);
    }
    result.observe(utilization, snapshot.utilization);
    const { idle, active } = performance.eventLoopUtilization();
    result.observe(time, idle / 1_000, { [STATE_ATTRIBUTE]: 'idle' });
    result.observe(time, active / 1_000, { [STATE_ATTRIBUTE]: 'active' });
    for (const { thresholdMillis, blockCount, waitingMillis } of snapshot.overThresholds) {
      const attributes: Attributes = { [THRESHOLD_ATTRIBUTE]: thresholdMillis / 1_000 };
      result.observe(overThreshold, totals.add(`time ${thresholdMillis}`, waitingMillis / 1_000), attributes);
      result.observe(blocks, totals.add(`blocks ${thresholdMillis}`, blockCount), attributes);
    }
    if (snapshot.runnableMillis !== null) {
      result.observe(runnable, totals.add('runnable', snapshot.runnableMillis / 1_000));
    }
  };
  meter.addBatchObservableCallback(observe, instruments);
  return () => meter.removeBatchObservableCallback(observe, instruments);
}

/** Windows end with each collection; counters go on. */
class Totals {
  readonly #sums = new Map<string, number>();

  add(name: string, value: number): number {
    const sum = (this.#sums.get(name) ?? 0) + value;
    this.#sums.set(name, sum);
    return sum;
  }
}

function describeRaw(suffix: string, what: string, readMillis: Gauge['readSeconds']): Gauge {
  return {
    name: `nodejs.eventloop.delay.${suffix}`,
    description: `Event loop ${what} delay, as monitorEventLoopDelay gives it.`,
    readSeconds: (snapshot) => readMillis(snapshot) / 1_000,
  };
}

function describeArrivalWeighted(suffix: string, what: string, readMillis: Gauge['readSeconds']): Gauge {
  return {
    name: `offloop.eventloop.arrival_weighted_delay.${suffix}`,
    description: `What a request that arrives at a random instant waits for the event loop, ${what}.`,
    readSeconds: (snapshot) => readMillis(snapshot) / 1_000,
  };
}
