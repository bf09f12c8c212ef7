import { diag } from '@opentelemetry/api';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Settlement } from './export-pool.js';
import type { Drop, DropReason } from './options.js';
import type { CountedFailure, FailureReason } from './protocol.js';
import { SpanLedger } from './span-ledger.js';

const DROP_REASONS: DropReason[] = ['queue_full', 'span_too_large', 'worker_crashed', 'no_worker', 'shut_down'];
const FAILURE_REASONS: FailureReason[] = ['export_failed', 'export_timeout', 'rejected', 'chunk_format'];

/** The naive model: every span by itself, with what became of it. */
interface Model {
  readonly open: SpanRecord[];
  readonly chunks: SpanRecord[][];
  readonly all: SpanRecord[];
}

interface SpanRecord {
  fate: 'pending' | 'exported' | DropReason | FailureReason;
}

interface Real {
  readonly ledger: SpanLedger;
  readonly drops: Drop[];
}

type LedgerCommand = fc.Command<Model, Real>;

function command(name: string, check: (model: Model) => boolean, run: (model: Model, real: Real) => void) {
  return {
    check,
    run: (model: Model, real: Real) => {
      run(model, real);
      expectAgreement(model, real);
    },
    toString: () => name,
  } satisfies LedgerCommand;
}

function expectAgreement({ all }: Model, { ledger, drops }: Real): void {
  const count = (fates: readonly string[]) => all.filter(({ fate }) => fates.includes(fate)).length;
  const countEach = (fates: readonly string[]) =>
    Object.fromEntries(fates.map((fate) => [fate, count([fate])] as const).filter(([, spanCount]) => spanCount > 0));
  const stats = ledger.snapshot(0, 0);
  expect(stats).toEqual({
    acceptedSpanCount: all.length,
    exportedSpanCount: count(['exported']),
    failedSpanCount: count(FAILURE_REASONS),
    failedSpanCountByReason: countEach(FAILURE_REASONS),
    droppedSpanCount: count(DROP_REASONS),
    droppedSpanCountByReason: countEach(DROP_REASONS),
    pendingSpanCount: count(['pending']),
    pendingBytes: 0,
    droppedPartCount: 0,
  });
  const { exportedSpanCount, failedSpanCount, droppedSpanCount, pendingSpanCount } = stats;
  expect(exportedSpanCount + failedSpanCount + droppedSpanCount + pendingSpanCount).toBe(stats.acceptedSpanCount);
  expect(drops.reduce((sum, { spanCount }) => sum + spanCount, 0)).toBe(droppedSpanCount);
}

const accept = fc.constant(
  command(
    'accept',
    () => true,
    (model, { ledger }) => {
      const span: SpanRecord = { fate: 'pending' };
      model.all.push(span);
      model.open.push(span);
      ledger.accept();
    },
  ),
);

/** As the pipeline does: a span is accepted, and then dropped instead of written. */
const refuse = fc.constantFrom(...DROP_REASONS).map((reason) =>
  command(
    `refuse as ${reason}`,
    () => true,
    (model, { ledger }) => {
      model.all.push({ fate: reason });
      ledger.accept();
      ledger.drop(reason, 1, 'why');
    },
  ),
);

const close = fc.constant(
  command(
    'close',
    ({ open }) => open.length > 0,
    ({ open, chunks }) => {
      chunks.push(open.splice(0));
    },
  ),
);

const settle = fc
  .record({
    chunk: fc.nat(),
    taken: fc.nat(),
    end: fc.constantFrom('exported' as const, ...DROP_REASONS, ...FAILURE_REASONS),
    others: fc.array(fc.tuple(fc.constantFrom(...FAILURE_REASONS), fc.integer({ min: 1, max: 3 })), { maxLength: 2 }),
  })
  .map(({ chunk, taken, end, others }) =>
    command(
      `settle chunk ${chunk} as ${end}, ${taken} taken`,
      ({ chunks }) => chunks.length > 0,
      (model, { ledger }) => {
        const [spans = []] = model.chunks.splice(chunk % model.chunks.length, 1);
        const failure = FAILURE_REASONS.find((reason) => reason === end);
        const exportedSpanCount = failure === undefined ? 0 : taken % spans.length;
        for (const [index, span] of spans.entries()) span.fate = index < exportedSpanCount ? 'exported' : end;
        const otherFailures = failure === undefined ? [] : takeOthers(spans.slice(exportedSpanCount + 1), others);
        const settlement = toSettlement(end, failure, exportedSpanCount, otherFailures);
        const lostSpanCount = ledger.settle(settlement, spans.length, 1);
        expect(lostSpanCount).toBe(spans.filter(({ fate }) => fate !== 'exported').length);
      },
    ),
  );

function toSettlement(
  end: SpanRecord['fate'],
  failureReason: FailureReason | undefined,
  exportedSpanCount: number,
  otherFailures: CountedFailure[],
): Settlement {
  if (end === 'exported') return { status: 'exported' };
  if (failureReason === undefined) return { status: 'dropped', reason: end as DropReason, message: 'why' };
  const failure = { reason: failureReason, message: 'why' };
  const settlement = { status: 'failed' as const, failure, exportedSpanCount, isUnanswered: false };
  return otherFailures.length === 0 ? settlement : Object.assign(settlement, { otherFailures });
}

/** Gives some of the spans a reason of their own. */
function takeOthers(spans: SpanRecord[], others: [reason: FailureReason, spanCount: number][]): CountedFailure[] {
  return others.flatMap(([reason, wantedSpanCount]) => {
    const taken = spans.splice(0, wantedSpanCount);
    for (const span of taken) span.fate = reason;
    return taken.length === 0 ? [] : [{ spanCount: taken.length, failure: { reason, message: 'why' } }];
  });
}

it('every accepted span is at every step exactly one of exported, failed, dropped and pending', () => {
  diag.disable();
  fc.assert(
    fc.property(fc.commands([accept, accept, refuse, close, settle], { maxCommands: 60 }), (commands) => {
      const drops: Drop[] = [];
      const setup = () => ({
        model: { open: [], chunks: [], all: [] },
        real: { ledger: new SpanLedger((drop) => drops.push(drop)), drops },
      });
      fc.modelRun(setup, commands);
    }),
    { numRuns: 300 },
  );
});

it('a callback that throws changes no count', () => {
  const ledger = new SpanLedger(() => {
    throw new Error('a faulty callback');
  });
  ledger.accept();
  expect(() => ledger.drop('queue_full', 1, 'full')).not.toThrow();
  expect(ledger.snapshot(0, 0)).toMatchObject({ acceptedSpanCount: 1, droppedSpanCount: 1, pendingSpanCount: 0 });
});

it('a callback sees its own drop in the counts', () => {
  const seen: number[] = [];
  const ledger: SpanLedger = new SpanLedger(() => seen.push(ledger.snapshot(0, 0).droppedSpanCount));
  ledger.accept();
  ledger.drop('queue_full', 1, 'full');
  expect(seen).toEqual([1]);
});
