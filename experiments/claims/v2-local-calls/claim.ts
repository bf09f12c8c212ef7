import type { Claim, ClaimRow, EstimateOf, Verdict } from '../claim.js';

/** What the document measured of Langfuse's own test of its SDK v2, in milliseconds. */
const DOCUMENT_MILLIS = { trace: 0.266, span: 0.16, generation: 0.2, event: 0.24 } as const;

const V3_CALLS = ['trace', 'span', 'generation', 'event'] as const;
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
  verdict: judge,
};

function judge(estimate: EstimateOf): Verdict {
  const ratios = V3_CALLS.map((call) =>
    estimate((figure) => figure(`v3 ${call}`, 'hotCallP50Millis') / DOCUMENT_MILLIS[call]),
  );
  const afterwards = V3_CALLS.map((call) =>
    estimate((figure) => figure(`v3 ${call}`, 'loopMillisPerCall') / figure(`v3 ${call}`, 'hotCallP50Millis')),
  );
  const slowest = Math.max(...ratios.map(({ high }) => high));
  const fastest = Math.min(...ratios.map(({ low }) => low));
  const leastHidden = Math.min(...afterwards.map(({ low }) => low));
  const calls = `a hot v3 call takes ${formatRange(ratios.map((ratio) => ratio.estimate))} of the document's time`;
  if (slowest >= 1 && fastest <= 1) {
    return { status: 'holds', sentence: `In order of magnitude, ${calls}.` };
  }
  if (fastest > 1) return { status: 'does not hold', sentence: `It is dearer in Node: ${calls}.` };
  if (leastHidden > 1) {
    const total = formatTimes(afterwards.map((ratio) => ratio.estimate));
    return {
      status: 'holds in another form',
      sentence:
        `The call is cheaper, ${calls}, but it does not only enqueue: the loop pays ${total} as much, ` +
        'because what was queued is turned to JSON and sent, 15 events a request, on the same loop.',
    };
  }
  return { status: 'does not hold', sentence: `The call is cheaper in Node: ${calls}, and nothing comes after it.` };
}

function formatRange(ratios: readonly number[]): string {
  const percent = (ratio: number) => `${(100 * ratio).toPrecision(2)} %`;
  return `${percent(Math.min(...ratios))} to ${percent(Math.max(...ratios))}`;
}

function formatTimes(ratios: readonly number[]): string {
  return `${Math.min(...ratios).toFixed(1)} to ${Math.max(...ratios).toFixed(1)} times`;
}
