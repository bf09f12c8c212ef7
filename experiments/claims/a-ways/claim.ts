import type { Claim, ClaimRow, ValueOfBlock } from '../claim.js';
import { addedMicrosOfSpan, addedMillisOfUnit, addedOver, addedToTurn, type CostName } from './added.js';
import { AGAIN, CASE_NAMES, WAYS, type Way } from './cases.js';
import { judgeWays } from './verdict.js';

const row = (label: string, unit: ClaimRow['unit'], value: ValueOfBlock): ClaimRow => ({
  label,
  document: null,
  unit,
  value,
});

const addedRows = (cost: CostName): ClaimRow[] => [
  ...WAYS.map((way) => row(way.name, 'µs', addedToTurn(way, cost))),
  row(AGAIN, 'µs', addedOver(AGAIN, 'none', cost)),
];

const unitRow = (way: Way): ClaimRow => ({
  label: `${way.name}, ${way.unit}`,
  document: way.documentMillis === null ? null : `${way.documentMillis.join(' to ')} ms`,
  unit: 'ms',
  value: addedMillisOfUnit(way),
});

export const ways: Claim = {
  name: 'ways',
  title: 'axis A: nine ways to instrument a turn, spans dropped',
  sentence:
    'Low-level calls only enqueue and take 0.16 to 0.27 ms each; @observe takes 5 to 15 ms a function, a wrapped OpenAI client 1 to 3 ms a call, a LangChain callback 2 to 10 ms a step, a manual OpenTelemetry span 0.5 to 2 ms.',
  cases: CASE_NAMES,
  repeatCase: AGAIN,
  asksModel: true,
  measureUrl: new URL('./measure.js', import.meta.url),
  sizes: {
    quick: { blockCount: 6, expectedTrialMillis: 750, settings: { warmUpTurnCount: 10, turnCount: 20 } },
    standard: { blockCount: 10, expectedTrialMillis: 2_300, settings: { warmUpTurnCount: 400, turnCount: 600 } },
    reference: { blockCount: 12, expectedTrialMillis: 2_300, settings: { warmUpTurnCount: 400, turnCount: 600 } },
  },
  tables: [
    { title: 'What the document counts by: main-thread CPU added', rows: WAYS.map(unitRow) },
    { title: 'A turn: main-thread CPU added', rows: addedRows('cpuMicros') },
    { title: 'A turn: time added in which the loop is busy', rows: addedRows('loopMicros') },
    {
      title: 'A span made (of A1: an event): main-thread CPU added',
      rows: WAYS.map((way) => row(way.name, 'µs', addedMicrosOfSpan(way))),
    },
    {
      title: 'A turn without instrumentation: main-thread CPU',
      rows: [
        row('openai client', 'µs', (figure) => figure('none', 'cpuMicros')),
        row('LangChain, the same client, added', 'µs', addedOver('none, LangChain', 'none', 'cpuMicros')),
        row('AI SDK in its place, added', 'µs', addedOver('none, AI SDK', 'none', 'cpuMicros')),
      ],
    },
    {
      title: 'What a turn makes',
      rows: WAYS.map(({ name, made }) =>
        made.spanCount > 0
          ? row(name, 'spans', (figure) => figure(name, 'spanCount'))
          : row(name, 'events', (figure) => figure(name, 'eventCount')),
      ),
    },
  ],
  verdict: judgeWays,
};
