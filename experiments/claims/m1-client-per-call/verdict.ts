import { capitalize } from '#gate/output/capitalize';
import type { Interval } from '#gate/statistics/bootstrap-interval';
import type { EstimateOf, Verdict } from '../claim.js';

/** What the document's client added to a function, made in each call. */
const DOCUMENT_MILLIS = 681;

/** A tenth of the document's figure would still be what it warns of; less is another thing. */
const SAME_KIND_MILLIS = DOCUMENT_MILLIS / 10;

export function judgeClientPerCall(estimate: EstimateOf): Verdict {
  const v3 = estimateExtra(estimate, 'v3');
  const v5 = estimateExtra(estimate, 'v5');
  const both = [v3, v5];
  if (both.every(({ high }) => high <= 0)) {
    return { status: 'does not hold', sentence: 'A client per call adds nothing over one made at start-up.' };
  }
  const finding =
    `a client per call adds ${describe(v3)} (v3) and ${describe(v5)} (v5) to a later call over one made at start-up; ` +
    `the document's added ${DOCUMENT_MILLIS} ms`;
  const inService = ['v3', 'v5'].map(
    (version) =>
      `${describe(estimateInService(estimate, version, 'requestP50Millis'))} at p50 and ` +
      `${describe(estimateInService(estimate, version, 'requestP99Millis'))} at p99 (${version})`,
  );
  const service =
    `In service, where each client delivers by itself what others send together, a request of 3 calls changes by ` +
    `${inService.join(', and by ')}.`;
  if (both.some(({ low }) => low >= SAME_KIND_MILLIS)) {
    return { status: 'holds', sentence: `${capitalize(finding)}. ${service}` };
  }
  if (both.some(({ high }) => high >= SAME_KIND_MILLIS)) {
    const sentence = 'What a client per call adds over one made at start-up is lost in the noise.';
    return { status: 'cannot tell', sentence };
  }
  const [v3First, v5First] = ['v3', 'v5'].map((version) => {
    const read = (figureName: string) => estimate((figure) => figure(`${version} on first use`, figureName)).estimate;
    const modules = `and its modules ${read('importMillis').toFixed(0)} ms where they are loaded there too`;
    return `${read('firstAddedMillis').toFixed(1)} ms (${version}) ${modules}`;
  });
  return {
    status: 'holds in another form',
    sentence:
      `${capitalize(finding)}. A constructor in Node opens no connection and starts no thread, so what is left is ` +
      `small; a first call that makes its client adds ${v3First}; ${v5First}. ${service}`,
  };
}

function estimateExtra(estimate: EstimateOf, version: string): Interval {
  return estimate(
    (figure) =>
      figure(`${version} per call`, 'laterAddedMillis') - figure(`${version} at start-up`, 'laterAddedMillis'),
  );
}

function estimateInService(
  estimate: EstimateOf,
  version: string,
  figureName: 'requestP50Millis' | 'requestP99Millis',
): Interval {
  return estimate(
    (figure) =>
      figure(`${version} per call in service`, figureName) - figure(`${version} at start-up in service`, figureName),
  );
}

function describe({ estimate, low, high }: Interval): string {
  return `${estimate.toFixed(2)} ms (${low.toFixed(2)} to ${high.toFixed(2)})`;
}
