import type { SinkBehaviour } from '../../sink/behaviour.js';
import type { FaultScenario } from '../scenario.js';
import { SECRET } from '../service-options.js';
import { runTrial, type Trial } from '../trial.js';

/** Each makes offloop log something else. */
const BEHAVIOURS: readonly SinkBehaviour[] = [
  {},
  { fail: { status: 400, message: SECRET } },
  { fail: { status: 503, message: SECRET } },
  { maxBodyBytes: 0 },
  { hang: {} },
  { partialSuccess: { rejectedSpans: 1 } },
  { reset: { moment: 'before-reading' } },
];

/** At each level more than once, whatever the size. */
const SPAN_COUNT = { small: 200, full: 2_000 };

export const logs: FaultScenario = {
  name: 'logs',
  title: 'seven sinks, all levels logged, a secret in every header and span',
  isTimed: false,
  async run(size) {
    const runs: { readonly offloop: Trial; readonly stock: Trial }[] = [];
    for (const behaviour of BEHAVIOURS) {
      const options = {
        spansPerSecond: 2_000,
        spanCount: SPAN_COUNT[size],
        durationMillis: 10_000,
        exportTimeoutMillis: 1_000,
        scheduledDelayMillis: 100,
        settleTimeoutMillis: 20_000,
        behaviour,
      };
      const [offloop, stock] = await Promise.all([
        runTrial({ ...options, processor: 'offloop' }),
        runTrial({ ...options, processor: 'batch' }),
      ]);
      runs.push({ offloop, stock });
    }
    const sum = (processor: 'offloop' | 'stock', name: 'logLineCount' | 'leakingLineCount') =>
      runs.reduce((total, run) => total + run[processor][name], 0);
    return {
      figures: [
        {
          what: 'log lines',
          unit: 'count',
          value: sum('offloop', 'logLineCount'),
          stockValue: sum('stock', 'logLineCount'),
        },
        {
          // A log that says nothing has no leaks. The first sink is the healthy one.
          what: 'odd sinks that nothing was logged of',
          unit: 'count',
          value: runs.slice(1).filter(({ offloop }) => offloop.logLineCount === 0).length,
          expect: { exactly: 0 },
        },
        {
          what: 'leaks into the log',
          unit: 'count',
          value: sum('offloop', 'leakingLineCount'),
          expect: { exactly: 0 },
          stockValue: sum('stock', 'leakingLineCount'),
        },
      ],
      runs,
    };
  },
};
