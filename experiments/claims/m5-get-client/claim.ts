import type { Claim, ClaimRow, EstimateOf, FigureOf, Verdict } from '../claim.js';

const MICROS_PER_MILLI = 1_000;
/** The document's own example. */
const REQUESTS_PER_SECOND = 1_000;

/** Of what was made after a second host had been given, the share that reached it. */
const secondHostPercent = (caseName: string) => (figure: FigureOf) =>
  (100 * figure(caseName, 'secondHostCount')) / figure(caseName, 'secondMadeCount');

const microsRow = (label: string, document: string | null, caseName: string, figureName: string): ClaimRow => ({
  label,
  document,
  unit: 'µs',
  value: (figure) => figure(caseName, figureName),
});

const secondHostRow = (label: string, document: string | null, caseName: string): ClaimRow => ({
  label,
  document,
  unit: '%',
  value: secondHostPercent(caseName),
});

export const m5GetClient: Claim = {
  name: 'm5-get-client',
  title: 'constructor against getter, and a second host',
  sentence:
    'Langfuse() and get_client() both give the singleton, but the constructor looks up and compares, and silently ignores new arguments.',
  cases: [
    'v3 constructor',
    'v3 module instance',
    'v5 processor',
    'v5 tracer',
    'v3 second constructor',
    'v3 second clientInitParams',
    'v5 second register',
    'v5 second isolated provider',
  ],
  measureUrl: new URL('./measure.js', import.meta.url),
  sizes: {
    quick: { blockCount: 6, expectedTrialMillis: 900, settings: { callCount: 1_000 } },
    standard: { blockCount: 8, expectedTrialMillis: 1_200, settings: { callCount: 5_000 } },
    reference: { blockCount: 20, expectedTrialMillis: 1_200, settings: { callCount: 5_000 } },
  },
  tables: [
    {
      title: 'What a call costs',
      rows: [
        microsRow('v3: new Langfuse()', '10 µs', 'v3 constructor', 'callMicros'),
        microsRow('v3: an instance the module holds', '1 µs', 'v3 module instance', 'callMicros'),
        microsRow('v5: new LangfuseSpanProcessor()', '10 µs', 'v5 processor', 'callMicros'),
        microsRow('v5: getLangfuseTracer()', '1 µs', 'v5 tracer', 'callMicros'),
        microsRow('v3: new Langfuse(), the first', null, 'v3 constructor', 'firstCallMicros'),
        microsRow('v5: new processor, the first', null, 'v5 processor', 'firstCallMicros'),
        {
          label: 'v3: 1,000 constructors a second',
          document: '10 ms/s',
          unit: 'ms',
          value: (figure) => (figure('v3 constructor', 'callMicros') * REQUESTS_PER_SECOND) / MICROS_PER_MILLI,
        },
      ],
    },
    {
      title: 'A second host is given: what reaches it',
      rows: [
        secondHostRow('v3: a second new Langfuse()', 'not used', 'v3 second constructor'),
        secondHostRow('v3: a second clientInitParams', null, 'v3 second clientInitParams'),
        secondHostRow('v5: a second provider.register()', 'not used', 'v5 second register'),
        secondHostRow('v5: second isolated provider', null, 'v5 second isolated provider'),
      ],
    },
  ],
  verdict: judge,
  inspect: async (servers) => {
    const reports = await Promise.all(servers.map((server) => server.report()));
    const [firstHostCount = 0, secondHostCount = 0] = reports.map(
      ({ traces, ingestion }) => traces.spans.receivedCount + ingestion.receivedEventCount,
    );
    return { firstHostCount, secondHostCount };
  },
};

function judge(estimate: EstimateOf): Verdict {
  const extraMicros = estimate(
    (figure) => figure('v3 constructor', 'callMicros') - figure('v3 module instance', 'callMicros'),
  );
  const reachesSecond = (caseName: string) => estimate(secondHostPercent(caseName)).estimate > 0;
  const isConstructorIgnored = !reachesSecond('v3 second constructor');
  const ignored = [
    ...(reachesSecond('v3 second clientInitParams') ? [] : ["v3's second clientInitParams of observeOpenAI"]),
    ...(reachesSecond('v5 second register') ? [] : ["v5's second provider.register()"]),
  ];
  if (extraMicros.low <= 0 && extraMicros.high >= 0) {
    return { status: 'cannot tell', sentence: 'The cost of a constructor is lost in the noise.' };
  }
  const cost = `a constructor costs ${extraMicros.estimate.toFixed(1)} µs more than an instance that is held`;
  if (extraMicros.estimate < 0) {
    return { status: 'does not hold', sentence: `Here ${cost}.` };
  }
  if (isConstructorIgnored) {
    return { status: 'holds', sentence: `The second constructor's host is ignored, and ${cost}.` };
  }
  if (ignored.length === 0) {
    return {
      status: 'does not hold',
      sentence: `Every second host was used, because nothing in Node is a singleton here; ${cost}.`,
    };
  }
  return {
    status: 'holds in another form',
    sentence:
      `In Node a constructor looks nothing up: it makes a new client each time, whose host is used, and ${cost}. ` +
      `What silently ignores the second host is ${ignored.join(' and ')}, because there the first one stays.`,
  };
}
