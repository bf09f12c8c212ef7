import type { Claim, ClaimRow, FigureOf } from '../claim.js';
import { judgeClientPerCall } from './verdict.js';

const VERSIONS = ['v3', 'v5'] as const;

const row = (label: string, document: string | null, value: (figure: FigureOf) => number): ClaimRow => ({
  label,
  document,
  unit: 'ms',
  value,
});

const figureRow = (label: string, document: string | null, caseName: string, figureName: string): ClaimRow =>
  row(label, document, (figure) => figure(caseName, figureName));

/** What a way of having a client adds to a request, over no tracing at all. */
const addedRow = (label: string, document: string | null, caseName: string, figureName: string): ClaimRow =>
  row(label, document, (figure) => figure(caseName, figureName) - figure('none in service', figureName));

const rowsOf = (list: (version: (typeof VERSIONS)[number]) => readonly ClaimRow[]): ClaimRow[] =>
  VERSIONS.flatMap((version) => [...list(version)]);

export const m1ClientPerCall: Claim = {
  name: 'm1-client-per-call',
  title: 'a client per call, on first use, at start-up',
  sentence:
    'Creating the client on first use or on every call, rather than once at start-up, makes 1.683 s of a function of 1.002 s; with a client made beforehand 0.28 ms are added.',
  cases: [
    ...VERSIONS.flatMap((version) => ['at start-up', 'on first use', 'per call'].map((way) => `${version} ${way}`)),
    'none in service',
    ...VERSIONS.flatMap((version) =>
      ['at start-up', 'per request', 'per call'].map((way) => `${version} ${way} in service`),
    ),
  ],
  measureUrl: new URL('./measure.js', import.meta.url),
  sizes: {
    quick: {
      blockCount: 6,
      expectedTrialMillis: 700,
      settings: { functionMillis: 10, laterCallCount: 9, requestCount: 30, requestIntervalMillis: 10 },
    },
    standard: {
      blockCount: 8,
      expectedTrialMillis: 4_000,
      settings: { functionMillis: 200, laterCallCount: 9, requestCount: 300, requestIntervalMillis: 10 },
    },
    reference: {
      blockCount: 6,
      expectedTrialMillis: 5_000,
      // The function of the document takes 1 s.
      settings: { functionMillis: 1_000, laterCallCount: 3, requestCount: 400, requestIntervalMillis: 10 },
    },
  },
  tables: [
    {
      title: 'What tracing adds to one function',
      rows: rowsOf((version) => [
        figureRow(`${version} first call, client made there`, '681 ms', `${version} on first use`, 'firstAddedMillis'),
        figureRow(`${version} later call, client per call`, '681 ms', `${version} per call`, 'laterAddedMillis'),
        figureRow(`${version} later call, client at start-up`, '0.28 ms', `${version} at start-up`, 'laterAddedMillis'),
        figureRow(`${version} first call, client at start-up`, null, `${version} at start-up`, 'firstAddedMillis'),
      ]),
    },
    {
      title: 'What is paid beside it',
      rows: rowsOf((version) => [
        figureRow(`${version} import`, null, `${version} at start-up`, 'importMillis'),
        figureRow(`${version} making the client at start-up`, null, `${version} at start-up`, 'setUpMillis'),
        figureRow(`${version} loop, first call, start-up`, null, `${version} at start-up`, 'firstLoopMillis'),
        figureRow(`${version} loop, later call, per call`, null, `${version} per call`, 'laterLoopMillis'),
        figureRow(`${version} loop, later call, start-up`, null, `${version} at start-up`, 'laterLoopMillis'),
        figureRow(`${version} flush of a client per call`, null, `${version} per call`, 'flushMillis'),
      ]),
    },
    {
      title: 'What tracing adds to a request of 3 steps in service',
      rows: rowsOf((version) => [
        addedRow(`${version} p50, client per call`, '100 ms', `${version} per call in service`, 'requestP50Millis'),
        addedRow(
          `${version} p50, client per request`,
          '100 ms',
          `${version} per request in service`,
          'requestP50Millis',
        ),
        addedRow(`${version} p50, at start-up`, '2 to 10 ms', `${version} at start-up in service`, 'requestP50Millis'),
        addedRow(`${version} p99, client per call`, null, `${version} per call in service`, 'requestP99Millis'),
        addedRow(`${version} p99, client per request`, null, `${version} per request in service`, 'requestP99Millis'),
        addedRow(`${version} p99, at start-up`, null, `${version} at start-up in service`, 'requestP99Millis'),
      ]),
    },
  ],
  verdict: judgeClientPerCall,
};
