import { formatMillis } from '../../report/format-figure.js';
import { readGrowth } from '../explain/compare-functions.js';
import type { BlockCollection, ExplainedBlock, FoundExplanation, FunctionTime } from '../explain/explanation.js';

// The same words wherever an explanation is shown.

export const EXPLANATION_TITLE = 'Where to look';

export function describeUnexplained(reason: string): string {
  return `no explanation: ${reason}`;
}

/** What stands above the blocks. */
export function describeMethod({ samplingIntervalMillis, cost, isCompared }: FoundExplanation): string {
  const { profiledMillisPerSecond: profiled, usualMillisPerSecond: usual } = cost;
  const costs =
    profiled === null || usual === null
      ? ''
      : ` (main-thread CPU of the candidate ${formatMillis(profiled)} ms/s, otherwise ${formatMillis(usual)} ms/s)`;
  return (
    `From one more trial ${isCompared ? 'each' : 'of the candidate'} under V8's CPU profiler, a look every ${samplingIntervalMillis} ms${costs}; ` +
    'it counts for no verdict.'
  );
}

export function describeBlock({ durationMillis, startMillis }: ExplainedBlock): string {
  return `${formatMillis(durationMillis)} ms at ${(startMillis / 1_000).toFixed(2)} s`;
}

/** What the stack does not say, a sentence each; nothing where JavaScript is all that ran. */
export function describeCircumstances(block: ExplainedBlock): string[] {
  const { durationMillis, times, garbageCollections, requests } = block;
  const isMuch = (millis: number) => millis >= durationMillis * MUCH_RATIO;
  const telemetry = requests.filter(({ isTelemetry }) => isTelemetry);
  return [
    ...(times.javascriptMillis === 0 ? ['no JavaScript was seen'] : []),
    ...(garbageCollections.length > 0 || isMuch(times.garbageCollectionMillis)
      ? [`garbage collection: ${describeCollections(block)}`]
      : []),
    ...(isMuch(times.nativeMillis) ? [`native code without JavaScript: ${formatMillis(times.nativeMillis)} ms`] : []),
    ...(isMuch(times.unsampledMillis)
      ? [`unknown: no look at the stack for ${formatMillis(times.unsampledMillis)} ms (a busy machine)`]
      : []),
    ...(telemetry.length > 0 ? [`export: ${describeRequests(telemetry)}`] : []),
    ...(requests.length > telemetry.length
      ? [`outgoing: ${describeRequests(requests.filter(({ isTelemetry }) => !isTelemetry))}`]
      : []),
  ];
}

/** Of a block; less needs no word. */
const MUCH_RATIO = 0.2;

/** By the observer where it saw them, otherwise by the samples. */
function describeCollections({ garbageCollections, times }: ExplainedBlock): string {
  if (garbageCollections.length === 0) return `${formatMillis(times.garbageCollectionMillis)} ms`;
  const sum = (collections: readonly BlockCollection[]) =>
    collections.reduce((total, { durationMillis }) => total + durationMillis, 0);
  const kinds = [...new Set(garbageCollections.map(({ kind }) => kind))].map((kind) => {
    return `${garbageCollections.filter((one) => one.kind === kind).length} ${kind}`;
  });
  return `${formatMillis(sum(garbageCollections))} ms (${kinds.join(', ')})`;
}

function describeRequests(requests: ExplainedBlock['requests']): string {
  const targets = [...new Set(requests.map(({ target }) => target))];
  return targets
    .map((target) => {
      const own = requests.filter((one) => one.target === target);
      const count = own.length > 1 ? `${own.length} x ` : '';
      return `${count}${target} at +${formatMillis(own[0]?.startMillis ?? Number.NaN)} ms`;
    })
    .join(', ');
}

/** What is worth a line of a block's stack: not what merely led there within Node.js. */
export function chooseFrames({ stack }: ExplainedBlock, maxCount: number): ExplainedBlock['stack'] {
  const chosen = stack.filter(({ file }, index) => index === 0 || (file !== null && !file.startsWith('node:')));
  return chosen.slice(0, maxCount);
}

/** Five blocks of one cause need its stack once. */
export function isSameStack(left: ExplainedBlock, right: ExplainedBlock): boolean {
  return left.stack.length > 0 && right.stack.length > 0 && outline(left) === outline(right);
}

/** Which built-in a sample fell into is chance. */
function outline({ stack }: ExplainedBlock): string {
  const own = stack.filter(({ file }) => file !== null && !file.startsWith('node:'));
  return JSON.stringify(
    (own.length > 0 ? own : stack).map(({ functionName, file, line }) => [functionName, file, line]),
  );
}

export function describeFunctionHead({ functions, isCompared }: FoundExplanation): string {
  if (functions.length === 0) {
    return isCompared
      ? 'No function took clearly more time than in the reference.'
      : 'No function took more time than chance makes of the samples.';
  }
  return isCompared
    ? 'Functions whose own time grew most, ms of main thread a second:'
    : 'Functions by their own time, ms of main thread a second:';
}

/** `12.3 (reference 4.5, +7.8)`, in parts. */
export function describeFunctionTime(time: FunctionTime): { growth: string; candidate: string; reference: string } {
  const { candidateMillisPerSecond, referenceMillisPerSecond } = time;
  return {
    growth: referenceMillisPerSecond === null ? '' : `+${formatMillis(readGrowth(time))}`,
    candidate: formatMillis(candidateMillisPerSecond),
    reference: referenceMillisPerSecond === null ? '' : formatMillis(referenceMillisPerSecond),
  };
}
