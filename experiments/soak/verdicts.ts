import { formatCount, formatPercent } from '../report/format-figure.js';
import {
  accountMemory,
  chooseWindow,
  delayOf,
  findArm,
  formatMib,
  type JudgedWindow,
  MIB,
  measureRate,
  measureStarvation,
  SETTLE_SECONDS,
} from './measures.js';
import type { Sample, SpanTally } from './protocol.js';
import type { ArmRecord, SoakRun } from './run-soak.js';
import { boundMean, fitTrend, mean, type Series } from './trend.js';

/** What a run says of one thing that was promised. */
export interface Verdict {
  readonly name: string;
  /** `unclear`: too short or too noisy to tell. */
  readonly status: 'holds' | 'off' | 'unclear';
  /** The figures, in a sentence. */
  readonly figures: string;
}

const SECONDS_PER_MINUTE = 60;

/** What memory may grow by over the window beyond the control: two of the chunk pool's buffers. */
const GROWTH_MARGIN_BYTES = 2 * MIB;

/** Where the interval reaches further than this, a leak could hide in it. */
const MAX_UNSEEN_GROWTH_BYTES = 16 * MIB;

/** The block sampler's resolution. */
const DELAY_MARGIN_MILLIS = 2;

const MIN_RATE_FRACTION = 0.99;

/** The span that reaches the bound is still taken, and each chunk ends with its resource. */
const BOUND_MARGIN_BYTES = MIB;

/** Exports under way, each a transferred copy in a buffer of a MiB. */
const UNDER_WAY_BYTES = 8 * MIB;

/** What the worker makes of the chunks under way (OTLP bytes, requests, garbage), and its heap grown to that. */
const WORKER_BYTES = 32 * MIB;

/** A chunk that is kept fills at least half of its buffer (docs/architecture.md). */
const MAX_BUFFER_BYTES_PER_QUEUED_BYTE = 2;

/** Judges offloop by what was promised for the scenario, in the figures of the control beside it. */
export function judgeSoak(run: SoakRun): Verdict[] {
  const offloop = findArm(run, 'offloop');
  const window = chooseWindow(run);
  const { isHealthy } = run.settings.scenario;
  return [
    judgeCounts(offloop),
    ...(isHealthy ? [judgeLosses(offloop)] : [...judgeDeliveries(offloop), judgeBound(run)]),
    ...(window === undefined
      ? [
          unclear(
            'memory is flat',
            'too few seconds to judge, of a full queue where there is no sink: run for more --minutes',
          ),
        ]
      : [
          judgeSlope(window),
          ...(isHealthy ? [] : [judgeHighest(run, window), judgeMemory(run, window)]),
          judgeDelay(window),
        ]),
    judgeRate(run),
  ];
}

function judgeCounts({ samples, finalTally }: ArmRecord): Verdict {
  const isBalanced = ({ accepted, exported, failed, dropped, pending }: SpanTally) =>
    accepted === exported + failed + dropped + pending;
  const unbalanced = samples.filter(
    ({ spans, madeSpanCount }) => !isBalanced(spans) || spans.accepted !== madeSpanCount,
  );
  const made = samples.at(-1)?.madeSpanCount ?? 0;
  const isFinal = isBalanced(finalTally) && finalTally.pending === 0 && finalTally.accepted >= made;
  return {
    name: 'every span counted once',
    status: unbalanced.length === 0 && isFinal ? 'holds' : 'off',
    figures: `${samples.length - unbalanced.length} of ${samples.length} seconds add up; at the end ${describe(finalTally)}`,
  };
}

function judgeLosses({ finalTally, receivedSpanCount, duplicateSpanCount }: ArmRecord): Verdict {
  const lostSpanCount = finalTally.accepted - (receivedSpanCount ?? 0);
  const isExact = lostSpanCount === 0 && finalTally.exported === finalTally.accepted;
  return {
    name: 'nothing lost',
    status: isExact ? 'holds' : 'off',
    figures: `${formatCount(finalTally.accepted)} ended, ${formatCount(receivedSpanCount ?? 0)} received, ${formatCount(lostSpanCount)} lost, ${formatCount(duplicateSpanCount ?? 0)} twice`,
  };
}

/** A slow sink's last answers may come too late, so that it has more than counts as exported; never less. */
function judgeDeliveries({ finalTally: { exported }, receivedSpanCount }: ArmRecord): Verdict[] {
  if (receivedSpanCount === null) return [];
  return [
    {
      name: 'what counts as exported was received',
      status: receivedSpanCount >= exported ? 'holds' : 'off',
      figures: `${formatCount(exported)} exported, ${formatCount(receivedSpanCount)} received`,
    },
  ];
}

function judgeBound(run: SoakRun): Verdict {
  const { maxQueueBytes } = run.settings;
  const highest = Math.max(...findArm(run, 'offloop').samples.map(({ pendingBytes }) => pendingBytes));
  return {
    name: 'the queue stays within its bound',
    status: highest <= maxQueueBytes + BOUND_MARGIN_BYTES ? 'holds' : 'off',
    figures: `at most ${formatMib(highest)} MiB of ${formatMib(maxQueueBytes)}`,
  };
}

function judgeSlope({ offloop, control }: JudgedWindow): Verdict {
  const difference = offloop.map(({ memory }, second) => memory.rss - (control[second]?.memory.rss ?? Number.NaN));
  const { interval } = fitTrend(difference);
  const describeSlope = (series: Series) => {
    const { slopePerSecond, interval } = fitTrend(series);
    return `${formatSlope(slopePerSecond)} (${formatSlope(interval.low)} to ${formatSlope(interval.high)})`;
  };
  const rss = (samples: readonly Sample[]) => samples.map(({ memory }) => memory.rss);
  const seconds = difference.length;
  return {
    name: 'memory is flat',
    status: rank(interval.low * seconds > GROWTH_MARGIN_BYTES, interval.high * seconds <= MAX_UNSEEN_GROWTH_BYTES),
    figures:
      `RSS ${describeSlope(rss(offloop))} MiB/min, control ${describeSlope(rss(control))}, ` +
      `difference ${describeSlope(difference)}, over ${seconds} s`,
  };
}

/** A heap grows in steps while it is young, the control's too: what counts is what comes on top of that. */
function judgeHighest(run: SoakRun, window: JudgedWindow): Verdict {
  const grown = (samples: readonly Sample[]) => {
    const rss = samples.map(({ memory }) => memory.rss);
    return Math.max(...rss) - mean(rss.slice(0, SETTLE_SECONDS));
  };
  const { maxPooledBytes } = accountMemory(run, window);
  return {
    name: 'memory stays there',
    status: grown(window.offloop) - grown(window.control) <= maxPooledBytes ? 'holds' : 'off',
    figures:
      `at most ${formatMib(grown(window.offloop))} MiB above the first seconds at the bound, ` +
      `control ${formatMib(grown(window.control))}; recycled buffers may take ${formatMib(maxPooledBytes)}`,
  };
}

function judgeMemory(run: SoakRun, window: JudgedWindow): Verdict {
  const { rssBytes, queueBytes, arrayBufferBytes, heapBytes, idleBytes, maxPooledBytes } = accountMemory(run, window);
  const rest = rssBytes - arrayBufferBytes - heapBytes - idleBytes;
  const isWithin =
    arrayBufferBytes <= MAX_BUFFER_BYTES_PER_QUEUED_BYTE * queueBytes + maxPooledBytes + BOUND_MARGIN_BYTES &&
    rest <= UNDER_WAY_BYTES + WORKER_BYTES;
  return {
    name: 'memory is accounted for',
    status: isWithin ? 'holds' : 'off',
    figures:
      `RSS ${formatMib(rssBytes)} MiB above the control: buffers ${formatMib(arrayBufferBytes)} ` +
      `(queue ${formatMib(queueBytes)}, pool at most ${formatMib(maxPooledBytes)}, ends of chunks), heap ${formatMib(heapBytes)}, ` +
      `idle worker ${formatMib(idleBytes)}, rest ${formatMib(rest)} (exports under way, worker at work)`,
  };
}

function judgeDelay({ offloop, control }: JudgedWindow): Verdict {
  const difference = offloop.map((sample, second) => {
    const beside = control[second];
    return delayOf([sample]).percentileMillis(99) - (beside ? delayOf([beside]).percentileMillis(99) : Number.NaN);
  });
  const { low, high } = boundMean(difference);
  const overall = (samples: readonly Sample[]) => delayOf(samples).percentileMillis(99).toFixed(2);
  return {
    name: 'the loop waits as in the control',
    status: rank(low > DELAY_MARGIN_MILLIS, high <= DELAY_MARGIN_MILLIS),
    figures:
      `arrival-weighted p99 ${overall(offloop)} ms, control ${overall(control)} ms; ` +
      `second by second ${mean(difference).toFixed(2)} ms more (${low.toFixed(2)} to ${high.toFixed(2)}), margin ${DELAY_MARGIN_MILLIS}; ` +
      `ready and without a core ${formatPercent(measureStarvation(offloop))} of the time, control ${formatPercent(measureStarvation(control))}`,
  };
}

/** A control that can't keep the rate asked for says that the machine can't: what came out is of another load. */
function judgeRate(run: SoakRun): Verdict {
  const { spansPerSecond } = run.settings;
  const rate = measureRate(findArm(run, 'offloop'));
  const controlRate = measureRate(findArm(run, 'control'));
  return {
    name: 'the service keeps its rate',
    status: rank(rate < controlRate * MIN_RATE_FRACTION, controlRate >= spansPerSecond * MIN_RATE_FRACTION),
    figures: `${rate.toFixed(0)} spans/s, control ${controlRate.toFixed(0)}, asked for ${spansPerSecond}`,
  };
}

/** Figures that are not there compare as neither. */
function rank(isOff: boolean, isClear: boolean): Verdict['status'] {
  if (isOff) return 'off';
  return isClear ? 'holds' : 'unclear';
}

function unclear(name: string, figures: string): Verdict {
  return { name, status: 'unclear', figures };
}

function describe({ accepted, exported, failed, dropped, pending }: SpanTally): string {
  const [all, ...parts] = [accepted, exported, failed, dropped, pending].map(formatCount);
  return `${all} accepted = ${parts[0]} exported + ${parts[1]} failed + ${parts[2]} dropped + ${parts[3]} pending`;
}

function formatSlope(bytesPerSecond: number): string {
  return ((bytesPerSecond * SECONDS_PER_MINUTE) / MIB).toFixed(2);
}
