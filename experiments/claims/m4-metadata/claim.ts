import type { Claim, ClaimRow } from '../claim.js';
import { CONTENT_CASES, CONTENTS } from './cases.js';
import { QUESTIONS } from './questions.js';
import { answeredPercent, judgeMetadata } from './verdict.js';

const BYTES_PER_KILOBYTE = 1_000;

const costRows = (figureName: string, unit: ClaimRow['unit'], divisor: 'requestCount' | null): ClaimRow[] =>
  CONTENT_CASES.map(({ name }) => ({
    label: name,
    document: null,
    unit,
    value: (figure) => figure(name, figureName) / (divisor === null ? 1 : figure(name, divisor) * BYTES_PER_KILOBYTE),
  }));

export const m4Metadata: Claim = {
  name: 'm4-metadata',
  title: 'short fields in metadata in the place of capture',
  sentence:
    'Capture off, with nothing in its place, leaves a trace that cannot be used; a few short fields in metadata at the right level make it usable.',
  cases: CONTENT_CASES.map(({ name }) => name),
  measureUrl: new URL('./measure.js', import.meta.url),
  sizes: {
    quick: { blockCount: 6, expectedTrialMillis: 1_000, settings: { requestCount: 280 } },
    standard: { blockCount: 8, expectedTrialMillis: 2_000, settings: { requestCount: 600 } },
    reference: { blockCount: 12, expectedTrialMillis: 2_000, settings: { requestCount: 600 } },
  },
  tables: [
    { title: 'A request of 3 spans, on the loop', rows: costRows('loopMicros', 'µs', null) },
    { title: 'A request of 3 spans, on the wire', rows: costRows('wireByteLength', 'kB', 'requestCount') },
    ...CONTENTS.map((content) => ({
      title: `What of it is found at the stand-in: ${content}`,
      rows: QUESTIONS.map(
        ({ name, label }): ClaimRow => ({
          label,
          document: null,
          unit: '%',
          value: answeredPercent(`${content}, langfuse`, name),
        }),
      ),
    })),
  ],
  verdict: judgeMetadata,
  inspect: async ([server]) => {
    const [{ traces }, spans] = await Promise.all([server.report(), server.traces.spans()]);
    return {
      wireByteLength: traces.requests.acceptedWireBytes,
      ...Object.fromEntries(QUESTIONS.map(({ name, countFound }) => [`${name}Found`, countFound(spans)])),
    };
  },
};
