import type { Claim, ClaimRow } from '../claim.js';
import { judgeGetClient, secondHostPercent } from './verdict.js';

const MICROS_PER_MILLI = 1_000;
/** The document's own example. */
const REQUESTS_PER_SECOND = 1_000;

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
          unit: 'ms/s',
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
  verdict: judgeGetClient,
  inspect: async (servers) => {
    const reports = await Promise.all(servers.map((server) => server.report()));
    const [firstHostCount = 0, secondHostCount = 0] = reports.map(
      ({ traces, ingestion }) => traces.spans.receivedCount + ingestion.receivedEventCount,
    );
    return { firstHostCount, secondHostCount };
  },
};
