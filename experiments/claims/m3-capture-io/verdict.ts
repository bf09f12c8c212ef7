import type { Interval } from '#gate/statistics/bootstrap-interval';
import type { EstimateOf, ValueOfBlock, Verdict } from '../claim.js';
import type { CaptureCaseName } from './cases.js';

/** What a step of the document lost at the least when its capture was turned off: 0.3 s became 0.03 s. */
const DOCUMENT_MILLIS = 270;

/** A tenth of the document's figure would still be what it warns of; less is another thing. */
const SAME_KIND_MILLIS = DOCUMENT_MILLIS / 10;

/** What a capture costs the loop over none, with the same processor, in milliseconds a call. */
export function addedByCapture(caseName: CaptureCaseName, payload: string): ValueOfBlock {
  const off: CaptureCaseName = caseName.startsWith('langfuse') ? 'langfuse, off' : 'offloop, off';
  return (figure) => figure(caseName, `${payload}LoopMillis`) - figure(off, `${payload}LoopMillis`);
}

export function judgeCapture(estimate: EstimateOf): Verdict {
  const addedOf = (caseName: CaptureCaseName, payload: string) => estimate(addedByCapture(caseName, payload));
  const large = addedOf('langfuse, on', 'vi1000kB');
  if (large.high <= 0) {
    return { status: 'does not hold', sentence: 'Capture of 1 MB each way adds nothing to the loop.' };
  }
  if (large.low <= 0) return { status: 'cannot tell', sentence: 'What capture adds is lost in the noise.' };
  const finding =
    `with LangfuseSpanProcessor, capture adds ${describe(addedOf('langfuse, on', 'vi2kB'))} of the loop to a call of ` +
    `2 kB of Vietnamese each way, ${describe(large)} at 1 MB and ${describe(addedOf('langfuse, on', 'objects'))} ` +
    `for 1,000 small objects, and ${describe(addedOf('langfuse, on', 'image'))} for an image of 1 MB in base64, which it ` +
    `looks for, hashes and uploads; cut after its JSON is made, the text costs ${describe(addedOf('langfuse, cut', 'vi1000kB'))} at 1 MB`;
  const offloop =
    `With offloop 1 MB of text adds ${describe(addedOf('offloop, on', 'vi1000kB'))}, with its JSON made in the worker ` +
    `${describe(addedOf('offloop, on, off the loop', 'vi1000kB'))}, and the image ` +
    `${describe(addedOf('offloop, on, off the loop', 'image'))}.`;
  if (large.low >= SAME_KIND_MILLIS) {
    return { status: 'holds', sentence: `In order of magnitude: ${finding}. ${offloop}` };
  }
  return {
    status: 'holds in another form',
    sentence:
      `Turning capture off saves what its JSON and its export cost the loop, though not the document's ` +
      `${DOCUMENT_MILLIS} ms: ${finding}. ${offloop}`,
  };
}

function describe({ estimate, low, high }: Interval): string {
  return `${estimate.toFixed(2)} ms (${low.toFixed(2)} to ${high.toFixed(2)})`;
}
