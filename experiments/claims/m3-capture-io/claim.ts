import type { Claim, ClaimTable } from '../claim.js';
import { CAPTURE_CASES, type CaptureCaseName, PAYLOADS } from './cases.js';
import { judgeCapture } from './verdict.js';

const DOCUMENT = { on: '300 to 700 ms', off: '10 to 30 ms', cut: null } as const;

const TITLES: Readonly<Record<CaptureCaseName, string>> = {
  'langfuse, on': 'LangfuseSpanProcessor, capture on: a call on the loop',
  'offloop, on': 'offloop, capture on: a call on the loop',
  'offloop, on, off the loop': 'offloop, capture on, JSON in the worker: a call on the loop',
  'langfuse, cut': 'LangfuseSpanProcessor, JSON cut at 200: a call on the loop',
  'offloop, cut': 'offloop, JSON cut at 200: a call on the loop',
  'langfuse, off': 'LangfuseSpanProcessor, capture off: a call on the loop',
  'offloop, off': 'offloop, capture off: a call on the loop',
};

const tables: ClaimTable[] = CAPTURE_CASES.map(({ name, capture }) => ({
  title: TITLES[name],
  rows: PAYLOADS.map((payload) => ({
    label: payload.label,
    document: DOCUMENT[capture],
    unit: 'ms',
    value: (figure) => figure(name, `${payload.name}LoopMillis`),
  })),
}));

export const m3CaptureIo: Claim = {
  name: 'm3-capture-io',
  title: 'input and output captured, cut, or left out',
  sentence:
    'With capture_input and capture_output on and long JSON a step took 0.3 to 0.7 s; with capture off, and a faster JSON library, 0.01 to 0.03 s.',
  cases: CAPTURE_CASES.map(({ name }) => name),
  measureUrl: new URL('./measure.js', import.meta.url),
  sizes: {
    quick: { blockCount: 6, expectedTrialMillis: 1_300, settings: { roundCount: 1, leastCallCount: 3 } },
    standard: { blockCount: 8, expectedTrialMillis: 3_000, settings: { roundCount: 4, leastCallCount: 10 } },
    reference: { blockCount: 10, expectedTrialMillis: 4_000, settings: { roundCount: 6, leastCallCount: 10 } },
  },
  tables,
  verdict: judgeCapture,
};
