import type { Interval } from '#gate/statistics/bootstrap-interval';
import type { EstimateOf, ValueOfBlock, Verdict } from '../claim.js';
import type { CaseName, Content } from './cases.js';
import { FIELD_QUESTIONS, type Question } from './questions.js';

const BYTES_PER_KILOBYTE = 1_000;
/** Sums of dollars are compared, whose last digits depend on their order. */
const WHOLE_PERCENT = 99.999;

/** How much of the right answer to a question was found. */
export function answeredPercent(caseName: CaseName, question: Question['name']): ValueOfBlock {
  return (figure) => (100 * figure(caseName, `${question}Found`)) / figure(caseName, `${question}Made`);
}

export function judgeMetadata(estimate: EstimateOf): Verdict {
  const answered = (content: Content) =>
    FIELD_QUESTIONS.filter(({ name }) => estimate(answeredPercent(`${content}, langfuse`, name)).low >= WHOLE_PERCENT)
      .length;
  const costOver = (content: Content) =>
    estimate((figure) => figure(`${content}, langfuse`, 'loopMicros') - figure('nothing, langfuse', 'loopMicros'));
  const kilobytesOver = (content: Content) =>
    estimate(
      (figure) =>
        (figure(`${content}, langfuse`, 'wireByteLength') / figure(`${content}, langfuse`, 'requestCount') -
          figure('nothing, langfuse', 'wireByteLength') / figure('nothing, langfuse', 'requestCount')) /
        BYTES_PER_KILOBYTE,
    ).estimate.toFixed(1);
  const saved = estimate(
    (figure) => figure('full capture, langfuse', 'loopMicros') - figure('metadata, langfuse', 'loopMicros'),
  );
  const [nothing, metadata, full] = [answered('nothing'), answered('metadata'), answered('full capture')];
  const finding =
    `Of ${FIELD_QUESTIONS.length} questions, spans with nothing answer ${nothing}, with metadata ${metadata}, ` +
    `with full capture alone ${full}, because a filter or a sum needs a field of its own. Metadata costs a request ` +
    `${describe(costOver('metadata'))} and ${kilobytesOver('metadata')} kB more than nothing, full capture ` +
    `${describe(costOver('full capture'))} and ${kilobytesOver('full capture')} kB`;
  if (metadata <= nothing) {
    return { status: 'does not hold', sentence: `Metadata answers no more than nothing does. ${finding}.` };
  }
  if (metadata < FIELD_QUESTIONS.length || nothing > 0) {
    return { status: 'holds in another form', sentence: `${finding}.` };
  }
  if (saved.high < 0) {
    return { status: 'holds in another form', sentence: `Metadata is dearer than full capture. ${finding}.` };
  }
  const saving = saved.low > 0 ? describe(saved) : 'no time that could be told';
  return { status: 'holds', sentence: `${finding}; in the place of full capture it saves the loop ${saving}.` };
}

function describe({ estimate, low, high }: Interval): string {
  return `${estimate.toFixed(0)} µs (${low.toFixed(0)} to ${high.toFixed(0)})`;
}
