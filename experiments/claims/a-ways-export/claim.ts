import type { CostName } from '../a-ways/added.js';
import type { Claim, ClaimRow } from '../claim.js';
import { BASELINE, EXPORT_CASE_NAMES, SPAN_WAYS } from './cases.js';
import { addedByAll, addedByExport, judgeWaysExport } from './verdict.js';

const TRACED_NAMES = EXPORT_CASE_NAMES.filter((name) => name !== BASELINE);

const row = (label: string, unit: ClaimRow['unit'], value: ClaimRow['value']): ClaimRow => ({
  label,
  document: null,
  unit,
  value,
});

const addedRows = (cost: CostName): ClaimRow[] => TRACED_NAMES.map((name) => row(name, 'µs', addedByAll(name, cost)));

export const waysExport: Claim = {
  name: 'ways-export',
  title: 'axis A with the spans sent: by Langfuse, by offloop',
  sentence:
    'A decorator or a context manager makes no difference to the flush: both go through the same batch processor.',
  cases: EXPORT_CASE_NAMES,
  asksModel: true,
  measureUrl: new URL('./measure.js', import.meta.url),
  sizes: {
    quick: { blockCount: 6, expectedTrialMillis: 800, settings: { warmUpTurnCount: 10, turnCount: 20 } },
    standard: { blockCount: 10, expectedTrialMillis: 3_000, settings: { warmUpTurnCount: 400, turnCount: 600 } },
    reference: { blockCount: 12, expectedTrialMillis: 3_000, settings: { warmUpTurnCount: 400, turnCount: 600 } },
  },
  tables: [
    { title: 'A turn, instrumented and sent: main-thread CPU added', rows: addedRows('cpuMicros') },
    { title: 'A turn, instrumented and sent: busy loop added', rows: addedRows('loopMicros') },
    {
      title: 'What sending adds to a turn: main-thread CPU',
      rows: SPAN_WAYS.flatMap((way) => {
        const [langfuse, offloop] = (['langfuse', 'offloop'] as const).map((sent) =>
          addedByExport(way, sent, 'cpuMicros'),
        ) as [ClaimRow['value'], ClaimRow['value']];
        return [
          row(`${way}, langfuse`, 'µs', langfuse),
          row(`${way}, offloop`, 'µs', offloop),
          row(`${way}, langfuse less offloop`, 'µs', (figure) => langfuse(figure) - offloop(figure)),
        ];
      }),
    },
    {
      title: 'What a turn makes; what was sent was received',
      rows: [
        row('A1 v3 client', 'events', (figure) => figure('A1 v3 client, sent', 'eventCount')),
        ...SPAN_WAYS.map((way) => row(way, 'spans', (figure) => figure(`${way}, langfuse`, 'spanCount'))),
      ],
    },
  ],
  verdict: judgeWaysExport,
};
