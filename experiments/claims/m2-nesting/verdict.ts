import type { Interval } from '#gate/statistics/bootstrap-interval';
import type { EstimateOf, ValueOfBlock, Verdict } from '../claim.js';
import { UNTRACED } from './cases.js';

/** The least a child added in the document, and what its parent showed. */
const DOCUMENT_CHILD_MILLIS = 2;
const DOCUMENT_GAP_MILLIS = 20;

/** A tenth of the document's figure would still be what it warns of; less is another thing. */
const SAME_KIND_SHARE = 0.1;

/** By so much of itself a cost may differ and still be called the same. */
const WORTH_TELLING_SHARE = 0.1;

/** Two shapes, and the spans by which they differ. */
export interface ShapePair {
  readonly more: string;
  readonly fewer: string;
  readonly count: number;
}

const HUNDRED_WIDE: ShapePair = { more: 'width100', fewer: 'width1', count: 99 };
const TWENTY_DEEP: ShapePair = { more: 'depth20', fewer: 'width1', count: 19 };

/** What each of the further functions adds by being traced, in milliseconds of the loop. */
export function addedPerChild(caseName: string, { more, fewer, count }: ShapePair): ValueOfBlock {
  return (figure) => {
    const marginal = (name: string) => (figure(name, `${more}LoopMillis`) - figure(name, `${fewer}LoopMillis`)) / count;
    return marginal(caseName) - marginal(UNTRACED);
  };
}

export function judgeNesting(estimate: EstimateOf): Verdict {
  const addedBy = (caseName: string) => estimate(addedPerChild(caseName, HUNDRED_WIDE));
  const child = addedBy('observe, langfuse');
  const gap = estimate((figure) => figure('observe, langfuse', 'tracedGapP50Millis'));
  const late = estimate((figure) => figure('observe, langfuse', 'tracedGapP99Millis'));
  if (child.high <= 0) {
    return { status: 'does not hold', sentence: `A traced child adds nothing: ${describe(child)}.` };
  }
  if (child.low <= 0) return { status: 'cannot tell', sentence: 'What a traced child adds is lost in the noise.' };
  const others = ['observe, none', 'observe, offloop', 'manual span, langfuse'].map(
    (caseName) => `${describe(addedBy(caseName))} (${caseName})`,
  );
  const finding =
    `With observe and LangfuseSpanProcessor a traced child adds ${describe(child)} to the loop, export included; ` +
    `others add ${others.join(', ')}. A parent of 10 shows ${describe(gap)} beyond its children`;
  const isChildAlike = child.low >= SAME_KIND_SHARE * DOCUMENT_CHILD_MILLIS;
  const isGapAlike = gap.low >= SAME_KIND_SHARE * DOCUMENT_GAP_MILLIS;
  if (isChildAlike && isGapAlike) return { status: 'holds', sentence: `${finding}.` };
  return {
    status: 'holds in another form',
    sentence:
      `${finding}, and ${describe(late)} at p99, where other work of the loop falls between two of them. ` +
      describeDepth(estimate),
  };
}

/** Whether it is the nesting that costs, or only the number of spans. */
function describeDepth(estimate: EstimateOf): string {
  const below = addedPerChild('observe, langfuse', TWENTY_DEEP);
  const beside = addedPerChild('observe, langfuse', HUNDRED_WIDE);
  const difference = estimate((figure) => below(figure) - beside(figure));
  const leastMillis = WORTH_TELLING_SHARE * estimate(beside).estimate;
  if (difference.low <= leastMillis && difference.high >= -leastMillis) {
    return 'Nesting itself costs nothing that could be told: a child 20 deep adds about as much as one of 100 beside others.';
  }
  const comparison = difference.estimate > 0 ? 'more' : 'less';
  return `A child 20 deep adds ${describe(estimate(below))}, ${comparison} than one of 100 beside others.`;
}

function describe({ estimate, low, high }: Interval): string {
  return `${estimate.toFixed(3)} ms (${low.toFixed(3)} to ${high.toFixed(3)})`;
}
