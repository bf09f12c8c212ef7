import type { Interval } from '#gate/statistics/bootstrap-interval';
import type { CostName } from '../a-ways/added.js';
import type { ClaimVerdict, EstimateOf, ValueOfBlock } from '../claim.js';
import { BASELINE, type ExportCaseName, type SpanExport, type SpanWay } from './cases.js';

/** By hand and by wrapping: the document's two, which make the same spans here but for an event. */
const BY_HAND: SpanWay = 'A1b startObservation';
const WRAPPED: SpanWay = 'A2 observe';

/** Of what an export costs, what may differ between ways that make about as much to export. */
const SAME_SHARE = 0.25;

/** What instrumentation and export together add to a turn. */
export function addedByAll(caseName: ExportCaseName, cost: CostName): ValueOfBlock {
  return (figure) => figure(caseName, cost) - figure(BASELINE, cost);
}

/** What the export adds to a turn whose spans were dropped before, with the same way. */
export function addedByExport(way: SpanWay, sent: Exclude<SpanExport, 'dropped'>, cost: CostName): ValueOfBlock {
  return (figure) => figure(`${way}, ${sent}`, cost) - figure(`${way}, dropped`, cost);
}

export function judgeWaysExport(estimate: EstimateOf): ClaimVerdict {
  const ofExport = (way: SpanWay, sent: 'langfuse' | 'offloop') => estimate(addedByExport(way, sent, 'cpuMicros'));
  const byHand = ofExport(BY_HAND, 'langfuse');
  const wrapped = ofExport(WRAPPED, 'langfuse');
  if (byHand.low <= 0 || wrapped.low <= 0) {
    return {
      status: 'cannot tell',
      sentence: 'What the export adds to a turn is lost in the noise.',
      vietnameseSentence: 'Phần mà việc gửi cộng thêm cho một lượt lẫn trong nhiễu.',
    };
  }
  const difference = estimate(
    (figure) =>
      addedByExport(WRAPPED, 'langfuse', 'cpuMicros')(figure) - addedByExport(BY_HAND, 'langfuse', 'cpuMicros')(figure),
  );
  const finding =
    `sending through LangfuseSpanProcessor adds ${describe(wrapped)} of main-thread CPU to a turn of ${WRAPPED} and ` +
    `${describe(byHand)} to one of ${BY_HAND}; through offloop ${describe(ofExport(WRAPPED, 'offloop'))} and ` +
    `${describe(ofExport(BY_HAND, 'offloop'))}`;
  const vietnameseFinding =
    `gửi qua LangfuseSpanProcessor cộng thêm ${describe(wrapped)} CPU của main thread cho một lượt gắn bằng ${WRAPPED} ` +
    `và ${describe(byHand)} cho một lượt gắn bằng ${BY_HAND}; qua offloop là ${describe(ofExport(WRAPPED, 'offloop'))} ` +
    `và ${describe(ofExport(BY_HAND, 'offloop'))}`;
  const allowed = SAME_SHARE * Math.max(byHand.estimate, wrapped.estimate);
  if (difference.low >= -allowed && difference.high <= allowed) {
    return {
      status: 'holds',
      sentence: `The way makes no difference to the export, because every way ends in the same batch processor: ${finding}.`,
      vietnameseSentence: `Cách gắn trace không làm việc gửi khác đi, vì cách nào cũng kết thúc ở cùng một batch processor: ${vietnameseFinding}.`,
    };
  }
  if (difference.low <= 0 && difference.high >= 0) {
    return {
      status: 'cannot tell',
      sentence: `Whether the ways differ is lost in the noise: ${finding}.`,
      vietnameseSentence: `Các cách có khác nhau hay không thì lẫn trong nhiễu: ${vietnameseFinding}.`,
    };
  }
  return {
    status: 'holds in another form',
    sentence: `The ways end in the same batch processor, but what each puts into its spans differs, and so does its export: ${finding}.`,
    vietnameseSentence: `Các cách đều kết thúc ở cùng một batch processor, nhưng mỗi cách ghi vào span những thứ khác nhau, nên việc gửi cũng khác: ${vietnameseFinding}.`,
  };
}

function describe({ estimate, low, high }: Interval): string {
  return `${estimate.toFixed(0)} µs (${low.toFixed(0)} to ${high.toFixed(0)})`;
}
