import { quantileOfSorted } from '#gate/statistics/sample-statistics';
import type { ClaimSize, Figures, MeasureCase } from '../claim.js';
import { measureLoopMillis } from '../loop-millis.js';
import { startTracing } from '../tracing.js';
import { SHOWN_CHILD_COUNT, TRACED_CASES, TREE_SHAPES, type TreeShape, UNTRACED } from './cases.js';
import { measureGaps } from './shown-gap.js';
import { countSpans, growTree, WRAPS, type Wrap } from './traced-tree.js';

/** More than the batch processor's queue of 2,048 spans takes would be dropped. */
const SPANS_PER_FLUSH = 1_000;

/** Figures of a case, and the spans that were made for them. */
interface Phase {
  readonly figures: Figures;
  readonly spanCount: number;
}

/** What the loop is busy with for a request of each shape, export included; then what a parent shows. */
export const measure: MeasureCase = async ({ case: caseName, settings, baseUrls }) => {
  const traced = TRACED_CASES.find(({ name }) => name === caseName);
  if (traced === undefined && caseName !== UNTRACED)
    throw new Error(`expected a case of m2-nesting, got '${caseName}'`);
  const tracing = await startTracing(traced?.processor ?? 'none', baseUrls[0]);
  const wrap = WRAPS[traced?.instrumentation ?? UNTRACED];
  const phases = [await measureTrees(wrap, settings['spanCount'] ?? 0, tracing.flush)];
  if (traced !== undefined) {
    phases.push(await measureShown(wrap, settings, tracing.flush));
  }
  await tracing.end();
  const spanCount = phases.reduce((sum, phase) => sum + phase.spanCount, 0);
  return {
    figures: Object.assign({}, ...phases.map(({ figures }) => figures)) as Figures,
    made: { spanCount: traced === undefined || traced.processor === 'none' ? 0 : spanCount, eventCount: 0 },
  };
};

/** Every shape with about as many spans; the first time round is not counted. */
async function measureTrees(wrap: Wrap, spanCount: number, flush: () => Promise<void>): Promise<Phase> {
  const figures: Record<string, number> = {};
  let madeCount = 0;
  for (const isCounted of [false, true]) {
    for (const shape of TREE_SHAPES) {
      const requestCount = Math.ceil(spanCount / countSpans(shape));
      const loopMillis = await measureLoopMillis(() => runRequests(wrap, shape, requestCount, flush));
      madeCount += requestCount * countSpans(shape);
      if (isCounted) figures[`${shape.name}LoopMillis`] = loopMillis / requestCount;
    }
  }
  return { figures, spanCount: madeCount };
}

async function runRequests(
  wrap: Wrap,
  shape: TreeShape,
  requestCount: number,
  flush: () => Promise<void>,
): Promise<void> {
  const request = growTree(wrap, shape);
  let unflushedCount = 0;
  for (let index = 0; index < requestCount; index += 1) {
    await request();
    unflushedCount += countSpans(shape);
    if (unflushedCount < SPANS_PER_FLUSH) continue;
    await flush();
    unflushedCount = 0;
  }
  await flush();
}

/** Exports begin when the processor wants them to, so that a parent may meet one. */
async function measureShown(wrap: Wrap, settings: ClaimSize['settings'], flush: () => Promise<void>): Promise<Phase> {
  const counts = { parentCount: settings['parentCount'] ?? 0, childCount: SHOWN_CHILD_COUNT };
  const traced = await measureGaps(wrap, { ...counts, areChildrenTraced: true });
  // Between them, for both together are more spans than the queue takes.
  await flush();
  const untraced = await measureGaps(wrap, { ...counts, areChildrenTraced: false });
  return {
    figures: {
      tracedGapP50Millis: quantileOfSorted(traced, 0.5),
      tracedGapP99Millis: quantileOfSorted(traced, 0.99),
      untracedGapP50Millis: quantileOfSorted(untraced, 0.5),
      untracedGapP99Millis: quantileOfSorted(untraced, 0.99),
    },
    spanCount: counts.parentCount * (1 + SHOWN_CHILD_COUNT + 1),
  };
}
