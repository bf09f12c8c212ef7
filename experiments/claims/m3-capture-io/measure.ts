import { setImmediate } from 'node:timers/promises';
import { observe, updateActiveObservation } from '@langfuse/tracing';
import { createRandom } from '#gate/statistics/random';
import { draw } from '../../runner/draw.js';
import type { MeasureCase } from '../claim.js';
import { measureLoopMillis } from '../loop-millis.js';
import { startTracing } from '../tracing.js';
import { CAPTURE_CASES, type Capture, type CaptureCase, PAYLOADS, type PayloadSpec } from './cases.js';
import { makePayload, type Payload } from './payloads.js';

/** The document's own. */
const CUT_CHARACTERS = 200;

/** Of a visit of one payload, where it is small. */
const MOST_CALLS = 50;
/** No more captured bytes than a request of Langfuse's cloud may have. */
const BYTES_PER_FLUSH = 4_000_000;

type Observed = (payload: Payload) => Promise<object>;

/** Visits the payloads in rounds, in another order each time, so that none of them meets the others' garbage alone. */
export const measure: MeasureCase = async ({ case: caseName, settings, seed, baseUrls }) => {
  const own = CAPTURE_CASES.find(({ name }) => name === caseName);
  if (own === undefined) throw new Error(`expected a case of m3-capture-io, got '${caseName}'`);
  const tracing = await startTracing(own.processor, baseUrls[0]);
  const wrap = await loadObserve(own);
  // One each, as it would be with functions of their own: what offloop learns of one does not tell of the others.
  const visits = PAYLOADS.map((spec) => ({
    spec,
    call: observeCapture(wrap, own.capture),
    callCount: countCalls(spec, settings['leastCallCount'] ?? 0),
    loopMillis: 0,
  }));
  const roundCount = settings['roundCount'] ?? 0;
  const random = createRandom(seed);
  let madeCount = 0;
  // The first round has V8 compile what is behind the calls.
  for (let round = 0; round <= roundCount; round += 1) {
    for (const visit of draw(visits, visits.length, random)) {
      const { spec, call, callCount } = visit;
      const firstTurn = madeCount;
      const payloads = Array.from({ length: callCount }, (_, index) => makePayload(spec, firstTurn + index));
      madeCount += callCount;
      const callsPerFlush = own.capture === 'on' ? countCallsPerFlush(spec) : callCount;
      const millis = await measureLoopMillis(() => callAll(call, payloads, callsPerFlush, tracing.flush));
      if (round > 0) visit.loopMillis += millis;
    }
  }
  await tracing.end();
  return {
    figures: Object.fromEntries(
      visits.map(({ spec, loopMillis, callCount }) => [
        `${spec.name}LoopMillis`,
        loopMillis / (roundCount * callCount),
      ]),
    ),
    made: { spanCount: madeCount, eventCount: 0 },
  };
};

function countCalls(spec: PayloadSpec, leastCallCount: number): number {
  return Math.min(MOST_CALLS, Math.max(leastCallCount, countCallsPerFlush(spec)));
}

function countCallsPerFlush({ byteLength }: PayloadSpec): number {
  return Math.ceil(BYTES_PER_FLUSH / (2 * byteLength));
}

async function callAll(
  call: Observed,
  payloads: readonly Payload[],
  callsPerFlush: number,
  flush: () => Promise<void>,
): Promise<void> {
  for (const [index, payload] of payloads.entries()) {
    await call(payload);
    await setImmediate();
    if ((index + 1) % callsPerFlush === 0) await flush();
  }
  await flush();
}

/** The module that makes JSON off the loop is loaded only where it does. */
async function loadObserve({ processor }: CaptureCase): Promise<typeof observe> {
  if (processor !== 'offloop off-loop') return observe;
  return (await import('offloop/langfuse/observe')).observe;
}

/** A function that has its result at hand: all that it costs is its span. */
function observeCapture(wrap: typeof observe, capture: Capture): Observed {
  const isOn = capture === 'on';
  const options = { name: 'answer', captureInput: isOn, captureOutput: isOn };
  // The payload is split before it is observed, or its output would be captured with the input.
  const outputs = new WeakMap<object, object>();
  const answer = wrap(async (input: object): Promise<object> => {
    const output = outputs.get(input) ?? {};
    if (capture === 'cut') updateActiveObservation({ input: cut(input), output: cut(output) });
    return output;
  }, options);
  return async ({ input, output }) => {
    outputs.set(input, output);
    return answer(input);
  };
}

/** As whoever does not know the object's fields does it. */
function cut(value: object): string {
  return JSON.stringify(value).slice(0, CUT_CHARACTERS);
}
