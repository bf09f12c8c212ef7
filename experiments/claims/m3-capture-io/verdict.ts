import type { Interval } from '#gate/statistics/bootstrap-interval';
import type { ClaimVerdict, EstimateOf, ValueOfBlock } from '../claim.js';
import { judgeCost } from '../verdict-rule.js';
import { describeInterval } from '../verdict-words.js';
import type { CaptureCaseName } from './cases.js';

/** What a step of the document lost at the least when its capture was turned off: 0.3 s became 0.03 s. */
const DOCUMENT_MILLIS = 270;

type Status = ClaimVerdict['status'];

/** What a capture adds, as both sentences tell it. */
type AddedOf = (caseName: CaptureCaseName, payload: string) => string;

/** What a capture costs the loop over none, with the same processor, in milliseconds a call. */
export function addedByCapture(caseName: CaptureCaseName, payload: string): ValueOfBlock {
  const off: CaptureCaseName = caseName.startsWith('langfuse') ? 'langfuse, off' : 'offloop, off';
  return (figure) => figure(caseName, `${payload}LoopMillis`) - figure(off, `${payload}LoopMillis`);
}

/** Judges the largest text, which is the nearest to the document's long JSON. */
export function judgeCapture(estimate: EstimateOf): ClaimVerdict {
  const status = judgeCost(estimate(addedByCapture('langfuse, on', 'vi1000kB')), DOCUMENT_MILLIS);
  const addedOf: AddedOf = (caseName, payload) => describe(estimate(addedByCapture(caseName, payload)));
  return { status, sentence: explain(status, addedOf), vietnameseSentence: explainInVietnamese(status, addedOf) };
}

function explain(status: Status, addedOf: AddedOf): string {
  const lead: Readonly<Record<Status, string>> = {
    holds: `Turning capture off saves the document's ${DOCUMENT_MILLIS} ms`,
    'holds in another form':
      'Turning capture off saves what its JSON and its export cost the loop, though not the ' +
      `document's ${DOCUMENT_MILLIS} ms`,
    'below the document, size not told': 'Capture of 1 MB each way adds nothing to the loop that can be told',
    'does not hold': 'Capture of 1 MB each way adds nothing to the loop',
    'cannot tell': 'What capture of 1 MB each way adds is lost in the noise',
  };
  const ofOffloop = (caseName: CaptureCaseName) =>
    `1 MB of text adds ${addedOf(caseName, 'vi1000kB')}, 1,000 small objects ${addedOf(caseName, 'objects')} and the ` +
    `image ${addedOf(caseName, 'image')}`;
  return (
    `${lead[status]}: with LangfuseSpanProcessor, capture adds ${addedOf('langfuse, on', 'vi2kB')} of the loop to a ` +
    `call of 2 kB of Vietnamese each way, ${addedOf('langfuse, on', 'vi1000kB')} at 1 MB and ` +
    `${addedOf('langfuse, on', 'objects')} for 1,000 small objects, and ${addedOf('langfuse, on', 'image')} for an ` +
    'image of 1 MB in base64, which it looks for, hashes and uploads; cut after its JSON is made, the text costs ' +
    `${addedOf('langfuse, cut', 'vi1000kB')} at 1 MB. With offloop ${ofOffloop('offloop, on')}; with the JSON made in ` +
    `the worker, ${ofOffloop('offloop, on, off the loop')}.`
  );
}

function explainInVietnamese(status: Status, addedOf: AddedOf): string {
  const lead: Readonly<Record<Status, string>> = {
    holds: `Tắt capture tiết kiệm được ${DOCUMENT_MILLIS} ms như tài liệu nói`,
    'holds in another form':
      'Tắt capture tiết kiệm được phần thời gian mà JSON và việc gửi JSON chiếm của event loop, nhưng không tới ' +
      `${DOCUMENT_MILLIS} ms như tài liệu`,
    'below the document, size not told': 'Capture 1 MB mỗi chiều không thêm gì nhận ra được cho event loop',
    'does not hold': 'Capture 1 MB mỗi chiều không thêm gì cho event loop',
    'cannot tell': 'Phần mà capture 1 MB mỗi chiều cộng thêm lẫn trong nhiễu',
  };
  const ofOffloop = (caseName: CaptureCaseName) =>
    `1 MB văn bản thêm ${addedOf(caseName, 'vi1000kB')}, 1,000 đối tượng nhỏ thêm ${addedOf(caseName, 'objects')}, ` +
    `ảnh thêm ${addedOf(caseName, 'image')}`;
  return (
    `${lead[status]}: với LangfuseSpanProcessor, capture thêm ${addedOf('langfuse, on', 'vi2kB')} thời gian trên event ` +
    `loop cho một lời gọi 2 kB tiếng Việt mỗi chiều, ${addedOf('langfuse, on', 'vi1000kB')} ở 1 MB, ` +
    `${addedOf('langfuse, on', 'objects')} cho 1,000 đối tượng nhỏ, và ${addedOf('langfuse, on', 'image')} cho một ảnh ` +
    'base64 1 MB, vì nó phải tìm ảnh, băm rồi tải lên; nếu cắt ngắn sau khi đã tạo JSON thì 1 MB văn bản tốn ' +
    `${addedOf('langfuse, cut', 'vi1000kB')}. Với offloop, ${ofOffloop('offloop, on')}; nếu tạo JSON trong worker thì ` +
    `${ofOffloop('offloop, on, off the loop')}.`
  );
}

function describe(interval: Interval): string {
  return describeInterval(interval, { unit: 'ms', digits: 2 });
}
