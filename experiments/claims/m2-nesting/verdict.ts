import type { Interval } from '#gate/statistics/bootstrap-interval';
import type { ClaimVerdict, EstimateOf, ValueOfBlock } from '../claim.js';
import { combineStatuses, judgeCost } from '../verdict-rule.js';
import { chooseWord, describeInterval, negate } from '../verdict-words.js';
import { UNTRACED } from './cases.js';

/** The least a child added in the document, and what its parent showed. */
const DOCUMENT_CHILD_MILLIS = 2;
const DOCUMENT_GAP_MILLIS = 20;

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

/** What the sentences say, of the same estimates in both languages. */
interface Nesting {
  readonly addedBy: (caseName: string) => string;
  readonly gapOf: (caseName: string, percentile: 'P50' | 'P99') => string;
  /** Of a parent at p99: offloop over LangfuseSpanProcessor. */
  readonly lateExtra: Interval;
  /** Of a child: startActiveObservation over observe. */
  readonly managerExtra: Interval;
  readonly deep: string;
  /** Of a child: 20 deep over 100 beside others. */
  readonly deepExtra: Interval;
  /** Less than that is not worth telling. */
  readonly leastExtraMillis: number;
}

export function judgeNesting(estimate: EstimateOf): ClaimVerdict {
  const gap = (caseName: string, percentile: 'P50' | 'P99'): ValueOfBlock => {
    return (figure) => figure(caseName, `tracedGap${percentile}Millis`);
  };
  const over = (more: ValueOfBlock, fewer: ValueOfBlock) => estimate((figure) => more(figure) - fewer(figure));
  const beside = addedPerChild('observe, langfuse', HUNDRED_WIDE);
  const below = addedPerChild('observe, langfuse', TWENTY_DEEP);
  const child = estimate(beside);
  const nesting: Nesting = {
    addedBy: (caseName) => describe(estimate(addedPerChild(caseName, HUNDRED_WIDE))),
    gapOf: (caseName, percentile) => describe(estimate(gap(caseName, percentile))),
    lateExtra: over(gap('observe, offloop', 'P99'), gap('observe, langfuse', 'P99')),
    managerExtra: over(addedPerChild('startActiveObservation, langfuse', HUNDRED_WIDE), beside),
    deep: describe(estimate(below)),
    deepExtra: over(below, beside),
    leastExtraMillis: WORTH_TELLING_SHARE * child.estimate,
  };
  return {
    status: combineStatuses([
      judgeCost(child, DOCUMENT_CHILD_MILLIS),
      judgeCost(estimate(gap('observe, langfuse', 'P50')), DOCUMENT_GAP_MILLIS),
    ]),
    sentence: explain(nesting),
    vietnameseSentence: explainInVietnamese(nesting),
  };
}

function explain(nesting: Nesting): string {
  const { addedBy, gapOf, lateExtra, managerExtra, deep } = nesting;
  const others = ['observe, none', 'observe, offloop', 'manual span, langfuse'].map(
    (caseName) => `${addedBy(caseName)} (${caseName})`,
  );
  const comparison = chooseWord(lateExtra, [
    'longer than with LangfuseSpanProcessor',
    'shorter than with LangfuseSpanProcessor',
    "which can't be told from LangfuseSpanProcessor's",
  ]);
  const manager = chooseWord(managerExtra, [
    `${describe(managerExtra)} more than`,
    `${describe(negate(managerExtra))} less than`,
    'as much, so far as can be told, as',
  ]);
  const depth = {
    same: 'Nesting itself costs nothing that could be told: a child 20 deep adds about as much as one of 100 beside others.',
    more: `A child 20 deep adds ${deep}, more than one of 100 beside others.`,
    less: `A child 20 deep adds ${deep}, less than one of 100 beside others.`,
  }[compareDepth(nesting)];
  return (
    `With observe and LangfuseSpanProcessor a traced child adds ${addedBy('observe, langfuse')} to the loop, export ` +
    `included; others add ${others.join(', ')}. With a context manager (startActiveObservation) it adds ${manager} ` +
    `with the decorator (observe). A parent of 10 shows ${gapOf('observe, langfuse', 'P50')} beyond its children at ` +
    `p50 and, where other work of the loop falls between two of them, ${gapOf('observe, langfuse', 'P99')} at p99; ` +
    `with offloop ${gapOf('observe, offloop', 'P50')} at p50 and ${gapOf('observe, offloop', 'P99')} at p99, ` +
    `${comparison}. ${depth}`
  );
}

function explainInVietnamese(nesting: Nesting): string {
  const { addedBy, gapOf, lateExtra, managerExtra, deep } = nesting;
  const comparison = chooseWord(lateExtra, [
    'dài hơn so với LangfuseSpanProcessor',
    'ngắn hơn so với LangfuseSpanProcessor',
    'không phân biệt được với LangfuseSpanProcessor',
  ]);
  const manager = chooseWord(managerExtra, [
    `tốn hơn ${describe(managerExtra)}`,
    `tốn ít hơn ${describe(negate(managerExtra))}`,
    'không khác tới mức nhận ra được',
  ]);
  const depth = {
    same: 'Bản thân việc lồng nhau không tốn thêm gì nhận ra được: một hàm con ở tầng 20 thêm khoảng bằng một trong 100 hàm con cạnh nhau.',
    more: `Một hàm con ở tầng 20 thêm ${deep}, nhiều hơn một trong 100 hàm con cạnh nhau.`,
    less: `Một hàm con ở tầng 20 thêm ${deep}, ít hơn một trong 100 hàm con cạnh nhau.`,
  }[compareDepth(nesting)];
  return (
    `Với observe và LangfuseSpanProcessor, mỗi hàm con có trace thêm ${addedBy('observe, langfuse')} thời gian trên ` +
    `event loop, kể cả phần export; với cách khác là ${addedBy('observe, none')} (observe, không có exporter), ` +
    `${addedBy('observe, offloop')} (observe, offloop), ${addedBy('manual span, langfuse')} (span thủ công, ` +
    `LangfuseSpanProcessor). Dùng context manager (startActiveObservation) so với decorator (observe) thì ${manager}. ` +
    `Một span cha của 10 hàm con dài hơn tổng thời gian các hàm con ${gapOf('observe, langfuse', 'P50')} ở p50, và ` +
    `${gapOf('observe, langfuse', 'P99')} ở p99, khi việc khác của event loop xen vào giữa hai hàm con; với offloop là ` +
    `${gapOf('observe, offloop', 'P50')} ở p50 và ${gapOf('observe, offloop', 'P99')} ở p99, ${comparison}. ${depth}`
  );
}

/** By the sign of a difference that can be told. */
/** Whether it is the nesting that costs, or only the number of spans. */
function compareDepth({ deepExtra: { estimate, low, high }, leastExtraMillis }: Nesting): 'same' | 'more' | 'less' {
  if (low <= leastExtraMillis && high >= -leastExtraMillis) return 'same';
  return estimate > 0 ? 'more' : 'less';
}

function describe(interval: Interval): string {
  return describeInterval(interval, { unit: 'ms', digits: 3 });
}
