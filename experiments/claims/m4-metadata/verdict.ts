import type { Interval } from '#gate/statistics/bootstrap-interval';
import type { ClaimVerdict, EstimateOf, ValueOfBlock } from '../claim.js';
import { chooseWord, describeInterval, negate } from '../verdict-words.js';
import type { CaseName, Content } from './cases.js';
import { FIELD_QUESTIONS, type Question, TEXT_QUESTIONS } from './questions.js';

const BYTES_PER_KILOBYTE = 1_000;
/** Sums of dollars are compared, whose last digits depend on their order. */
const WHOLE_PERCENT = 99.999;

/** How much of the right answer to a question was found. */
export function answeredPercent(caseName: CaseName, question: Question['name']): ValueOfBlock {
  return (figure) => (100 * figure(caseName, `${question}Found`)) / figure(caseName, `${question}Made`);
}

type OfContents<Value> = Readonly<Record<'nothing' | 'metadata' | 'full', Value>>;

/** What the sentences say, of the same estimates in both languages. */
interface Kept {
  /** Of the questions that take a field of their own, how many are answered. */
  readonly byField: OfContents<number>;
  /** Of those that a search of the captured text may answer. */
  readonly byText: OfContents<number>;
  /** A request's, over spans with nothing. */
  readonly costOver: (content: Content) => string;
  readonly kilobytesOver: (content: Content) => string;
  /** By metadata in the place of full capture. */
  readonly saved: Interval;
}

export function judgeMetadata(estimate: EstimateOf): ClaimVerdict {
  const count = (questions: readonly Question[]) => {
    const answered = (content: Content) =>
      questions.filter(({ name }) => estimate(answeredPercent(`${content}, langfuse`, name)).low >= WHOLE_PERCENT)
        .length;
    return { nothing: answered('nothing'), metadata: answered('metadata'), full: answered('full capture') };
  };
  const kilobytes = (content: Content): ValueOfBlock => {
    const name: CaseName = `${content}, langfuse`;
    return (figure) => figure(name, 'wireByteLength') / figure(name, 'requestCount') / BYTES_PER_KILOBYTE;
  };
  const micros = (content: Content): ValueOfBlock => {
    return (figure) => figure(`${content}, langfuse`, 'loopMicros');
  };
  const over = (more: ValueOfBlock, fewer: ValueOfBlock) => estimate((figure) => more(figure) - fewer(figure));
  const kept: Kept = {
    byField: count(FIELD_QUESTIONS),
    byText: count(TEXT_QUESTIONS),
    costOver: (content) => describe(over(micros(content), micros('nothing'))),
    kilobytesOver: (content) => over(kilobytes(content), kilobytes('nothing')).estimate.toFixed(1),
    saved: over(micros('full capture'), micros('metadata')),
  };
  return { status: conclude(kept), sentence: explain(kept), vietnameseSentence: explainInVietnamese(kept) };
}

function conclude({ byField: { nothing, metadata }, saved }: Kept): ClaimVerdict['status'] {
  if (metadata <= nothing) return 'does not hold';
  const isWhole = metadata === FIELD_QUESTIONS.length && nothing === 0;
  return isWhole && saved.high >= 0 ? 'holds' : 'holds in another form';
}

function explain({ byField, byText, costOver, kilobytesOver, saved }: Kept): string {
  const lead = byField.metadata <= byField.nothing ? 'Metadata answers no more than nothing does. ' : '';
  const saving = describeSaved(saved, [
    'saves the loop',
    'costs the loop',
    'saves the loop no time that could be told',
  ]);
  return (
    `${lead}Of ${FIELD_QUESTIONS.length} questions, spans with nothing answer ${byField.nothing}, with metadata ` +
    `${byField.metadata}, with full capture alone ${byField.full}, because a filter or a sum needs a field of its own. ` +
    `Of ${TEXT_QUESTIONS.length} that a search of the captured text may answer, it is ${byText.nothing}, ` +
    `${byText.metadata} and ${byText.full}: what was not captured cannot be searched. Metadata costs a request ` +
    `${costOver('metadata')} and ${kilobytesOver('metadata')} kB more than nothing, full capture ` +
    `${costOver('full capture')} and ${kilobytesOver('full capture')} kB; in the place of full capture it ${saving}.`
  );
}

function explainInVietnamese({ byField, byText, costOver, kilobytesOver, saved }: Kept): string {
  const lead = byField.metadata <= byField.nothing ? 'Metadata không trả lời được nhiều hơn so với không giữ gì. ' : '';
  const saving = describeSaved(saved, [
    'tiết kiệm cho event loop',
    'khiến event loop tốn thêm',
    'không tiết kiệm được thời gian nào nhận ra được',
  ]);
  return (
    `${lead}Trong ${FIELD_QUESTIONS.length} câu hỏi, span không giữ gì trả lời được ${byField.nothing}, span có metadata ` +
    `${byField.metadata}, span chỉ có capture đầy đủ ${byField.full}, vì muốn lọc hay cộng thì phải có trường riêng. ` +
    `Với ${TEXT_QUESTIONS.length} câu hỏi mà tìm trong văn bản đã capture có thể trả lời, các con số đó là ` +
    `${byText.nothing}, ${byText.metadata} và ${byText.full}: cái gì không được capture thì không tìm được. So với không ` +
    `giữ gì, metadata làm một request tốn thêm ${costOver('metadata')} và ${kilobytesOver('metadata')} kB, capture đầy ` +
    `đủ tốn thêm ${costOver('full capture')} và ${kilobytesOver('full capture')} kB; dùng metadata thay cho capture đầy ` +
    `đủ thì ${saving}.`
  );
}

function describeSaved(saved: Interval, [more, less, same]: readonly [string, string, string]): string {
  const size = describe(saved.high < 0 ? negate(saved) : saved);
  return chooseWord(saved, [`${more} ${size}`, `${less} ${size}`, same]);
}

function describe(interval: Interval): string {
  return describeInterval(interval, { unit: 'µs', digits: 0 });
}
