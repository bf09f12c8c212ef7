import type { Claim, ClaimRow } from '../claim.js';
import { DOCUMENT_MILLIS, judgeLocalCalls, V3_CALLS } from './verdict.js';

const V5_CALLS = ['span', 'generation', 'event'] as const;

const row = (label: string, document: string | null, caseName: string, figureName: string): ClaimRow => ({
  label,
  document,
  unit: 'ms',
  value: (figure) => figure(caseName, figureName),
});

/** v3 and v5 alike; the document knows only what its test printed, and not whether it was cold or hot. */
function listRows(figureName: string, hasDocument: boolean): ClaimRow[] {
  return [
    ...V3_CALLS.map((call) =>
      row(`v3: ${call}()`, hasDocument ? `${DOCUMENT_MILLIS[call]} ms` : null, `v3 ${call}`, figureName),
    ),
    ...V5_CALLS.map((call) =>
      row(
        `v5: startObservation, ${call}`,
        hasDocument ? `${DOCUMENT_MILLIS[call]} ms` : null,
        `v5 ${call}`,
        figureName,
      ),
    ),
  ];
}

export const v2LocalCalls: Claim = {
  name: 'v2-local-calls',
  title: 'what a local call of the SDK costs',
  sentence: 'trace() 0.266 ms, span() 0.16 ms, generation() 0.20 ms, event() 0.24 ms: a call only enqueues.',
  cases: [...V3_CALLS.map((call) => `v3 ${call}`), ...V5_CALLS.map((call) => `v5 ${call}`)],
  measureUrl: new URL('./measure.js', import.meta.url),
  sizes: {
    quick: { blockCount: 6, expectedTrialMillis: 1_000, settings: { callCount: 1_000 } },
    standard: { blockCount: 8, expectedTrialMillis: 1_500, settings: { callCount: 5_000 } },
    reference: { blockCount: 20, expectedTrialMillis: 1_500, settings: { callCount: 5_000 } },
  },
  tables: [
    { title: 'A hot call, p50', rows: listRows('hotCallP50Millis', true) },
    { title: 'A hot call, p99', rows: listRows('hotCallP99Millis', true) },
    { title: 'The first call', rows: listRows('coldCallMillis', true) },
    {
      title: 'What the loop pays a call in all',
      rows: listRows('loopMillisPerCall', false),
    },
  ],
  verdict: judgeLocalCalls,
};
