import type { Scenario } from '../runner/scenario.js';
import { CONTROL_ARM, comparedArm } from '../runner/scenario-arms.js';

const autoFlush: Scenario = {
  name: 'm6-auto-flush',
  title: 'auto-flush in the process of a chat service of 350 spans/s',
  claim: 'auto-flush',
  arms: [
    CONTROL_ARM,
    comparedArm('batch-otlp-json'),
    comparedArm('langfuse-every-span'),
    comparedArm('batch-otlp-json-tuned'),
    comparedArm('batch-awaited'),
    comparedArm('offloop'),
  ],
  quickArms: ['control', 'batch-otlp-json', 'offloop'],
  load: { requestsPerSecond: 50, promptCharacters: 20_000, completionCharacters: 20_000 },
  sizes: {
    standard: { blockCount: 6, warmUpMillis: 800, measuredMillis: 4_000 },
    // A batch is full every 1.5 s.
    quick: { blockCount: 6, warmUpMillis: 400, measuredMillis: 1_600 },
    reference: { blockCount: 8, warmUpMillis: 800, measuredMillis: 4_500 },
  },
};

/** As a service that renders, parses or validates does between its requests. */
const OTHER_WORK = { lengthMillis: 6, ratePerSecond: 50 };

/** For loads of which a batch takes 5 s, the time after which it leaves though it is not full. */
const SLOW_FLUSH: Pick<Scenario, 'quickArms' | 'quickFlushDelayMillis' | 'sizes'> = {
  quickArms: ['control', 'batch-otlp-json'],
  quickFlushDelayMillis: 2_400,
  sizes: {
    standard: { blockCount: 6, warmUpMillis: 800, measuredMillis: 8_000 },
    // The one flush of the window is to end within it: it begins 2.4 s after the first span of the warm-up.
    quick: { blockCount: 6, warmUpMillis: 800, measuredMillis: 2_600 },
    reference: { blockCount: 6, warmUpMillis: 800, measuredMillis: 8_000 },
  },
};

export const AUTO_FLUSH_SCENARIOS: readonly Scenario[] = [
  autoFlush,
  {
    ...autoFlush,
    name: 'm6-auto-flush-busy',
    title: 'auto-flush in a chat service whose loop has other work a third of the time',
    otherWork: OTHER_WORK,
  },
  {
    ...autoFlush,
    name: 'm6-auto-flush-one-core',
    title: 'auto-flush in a chat service that has one core',
    serviceCoreCount: 1,
  },
  {
    ...autoFlush,
    ...SLOW_FLUSH,
    name: 'm6-auto-flush-100',
    title: 'auto-flush in a chat service of 100 spans/s',
    load: { ...autoFlush.load, requestsPerSecond: 15 },
  },
  {
    ...autoFlush,
    name: 'm6-auto-flush-1000',
    title: 'auto-flush beside 1,000 observations/s of 4,000 characters',
    // The chat service, at 7 spans a request, would need more than two cores for so many.
    application: 'otlp-observations',
    load: { requestsPerSecond: 1_000, promptCharacters: 2_000, completionCharacters: 2_000 },
  },
  {
    ...autoFlush,
    ...SLOW_FLUSH,
    name: 'm6-auto-flush-spike',
    title: 'auto-flush beside 100 observations/s of 120,000 characters',
    application: 'otlp-observations',
    load: { requestsPerSecond: 100, promptCharacters: 60_000, completionCharacters: 60_000 },
  },
];
