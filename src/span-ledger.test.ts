import { DiagLogLevel, diag } from '@opentelemetry/api';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Settlement } from './export-pool.js';
import type { Drop, DropReason } from './options.js';
import type { CountedFailure, ExportNotes, FailureReason } from './protocol.js';
import { SpanLedger } from './span-ledger.js';

const DROP_REASONS: DropReason[] = ['queue_full', 'span_too_large', 'worker_crashed', 'no_worker', 'shut_down'];
const FAILURE_REASONS: FailureReason[] = ['export_failed', 'export_timeout', 'rejected', 'chunk_format'];

/** The naive model: every span by itself, with what became of it. */
interface Model {
  readonly open: SpanRecord[];
  readonly chunks: SpanRecord[][];
  readonly all: SpanRecord[];
  readonly noted: { maskFailureCount: number; uploadedCount: number; failedMediaCount: number };
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

function expectAgreement({ all, noted }: Model, { ledger, drops }: Real): void {
  const count = (fates: readonly string[]) => all.filter(({ fate }) => fates.includes(fate)).length;
  const countEach = (fates: readonly string[]) =>
    Object.fromEntries(fates.map((fate) => [fate, count([fate])] as const).filter(([, spanCount]) => spanCount > 0));
  const stats = ledger.snapshot(0, 0);
  expect(stats).toEqual({
    acceptedSpanCount: all.length,
    exportedSpanCount: count(['exported']),
    failedSpanCount: count(FAILURE_REASONS),
    failedSpanCountByReason: countEach(FAILURE_REASONS),
    droppedSpanCount: count([...DROP_REASONS, 'filtered']),
    droppedSpanCountByReason: countEach([...DROP_REASONS, 'filtered']),
    pendingSpanCount: count(['pending']),
    pendingBytes: 0,
    droppedPartCount: 0,
    maskFailureCount: noted.maskFailureCount,
    media: {
      uploadedCount: noted.uploadedCount,
      alreadyThereCount: noted.uploadedCount,
      failedCount: noted.failedMediaCount,
    },
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
    filtered: fc.nat({ max: 3 }),
    noted: fc.option(fc.record({ maskFailureCount: fc.nat(), uploadedCount: fc.nat(), failedMediaCount: fc.nat() })),
  })
  .map(({ chunk, taken, end, others, filtered, noted }) =>
    command(
      `settle chunk ${chunk} as ${end}, ${taken} taken`,
      ({ chunks }) => chunks.length > 0,
      (model, { ledger }) => {
        const [spans = []] = model.chunks.splice(chunk % model.chunks.length, 1);
        const failure = FAILURE_REASONS.find((reason) => reason === end);
        const isDropped = failure === undefined && end !== 'exported';
        // Of spans that failed there is one at least.
        const filteredSpanCount = isDropped ? 0 : filtered % (spans.length + (failure === undefined ? 1 : 0));
        for (const span of spans.slice(0, filteredSpanCount)) span.fate = 'filtered';
        const sent = spans.slice(filteredSpanCount);
        const exportedSpanCount = failure === undefined ? 0 : taken % sent.length;
        for (const [index, span] of sent.entries()) span.fate = index < exportedSpanCount ? 'exported' : end;
        const otherFailures = failure === undefined ? [] : takeOthers(sent.slice(exportedSpanCount + 1), others);
        const settlement = toSettlement(end, failure, exportedSpanCount, otherFailures);
        if (!isDropped) Object.assign(settlement, { notes: takeNotes(model, filteredSpanCount, noted) });
        const lostSpanCount = ledger.settle(settlement, spans.length, 1);
        expect(lostSpanCount).toBe(sent.filter(({ fate }) => fate !== 'exported').length);
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

function takeNotes(model: Model, filteredSpanCount: number, noted: Model['noted'] | null): ExportNotes {
  if (noted === null) return { filteredSpanCount };
  const { maskFailureCount, uploadedCount, failedMediaCount } = noted;
  model.noted.maskFailureCount += maskFailureCount;
  model.noted.uploadedCount += uploadedCount;
  model.noted.failedMediaCount += failedMediaCount;
  const media = { uploadedCount, alreadyThereCount: uploadedCount, failedCount: failedMediaCount };
  return { filteredSpanCount, maskFailureCount, media };
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
    fc.property(fc.commands([accept, accept, refuse, close, settle], { maxCommands: 60, size: 'max' }), (commands) => {
      const drops: Drop[] = [];
      const setup = () => ({
        model: {
          open: [],
          chunks: [],
          all: [],
          noted: { maskFailureCount: 0, uploadedCount: 0, failedMediaCount: 0 },
        },
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

describe('the log', () => {
  const warn = vi.fn();
  beforeEach(() => {
    warn.mockClear();
    const ignore = vi.fn();
    diag.setLogger(
      { error: ignore, warn, info: ignore, debug: ignore, verbose: ignore },
      { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true },
    );
  });
  afterEach(() => diag.disable());

  function settle(notes: ExportNotes): void {
    const ledger = new SpanLedger(() => {});
    for (let index = 0; index < 3; index++) ledger.accept();
    // Twice: the second time within the minute.
    ledger.settle({ status: 'exported', notes }, 2, 1);
    ledger.settle({ status: 'exported', notes }, 1, 1);
  }

  it('says once that masks failed, and how', () => {
    settle({ maskFailureCount: 4, firstMaskFailure: 'timed_out' });
    expect(warn.mock.calls).toEqual([
      ['offloop: 4 values became the placeholder: the mask hook did not answer in time (maskTimeoutMillis)'],
    ]);
  });

  it('says once that media was not uploaded, and why', () => {
    settle({ media: { uploadedCount: 1, alreadyThereCount: 0, failedCount: 2, firstFailure: 'HTTP 400 for image/x' } });
    expect(warn.mock.calls).toEqual([['offloop: 2 media items were not uploaded: HTTP 400 for image/x']]);
  });

  it('has no word of spans that were filtered, nor of media that was uploaded', () => {
    settle({ filteredSpanCount: 1, media: { uploadedCount: 1, alreadyThereCount: 1, failedCount: 0 } });
    expect(warn).not.toHaveBeenCalled();
  });
});
