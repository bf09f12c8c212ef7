import type { MeasureCase } from '../claim.js';
import { measureInService } from './measure-in-service.js';
import { measureOnce } from './measure-once.js';
import { loadSdk } from './traced-client.js';

const IN_SERVICE = ' in service';

/** A case is `VERSION WAY` or `VERSION WAY in service`; modules are loaded here, so that loading them is timed. */
export const measure: MeasureCase = async ({ case: caseName, settings, baseUrls }) => {
  const isInService = caseName.endsWith(IN_SERVICE);
  const [version = '', ...words] = (isInService ? caseName.slice(0, -IN_SERVICE.length) : caseName).split(' ');
  const startMillis = performance.now();
  const sdk = await loadSdk(version, baseUrls[0]);
  const importMillis = performance.now() - startMillis;
  const { figures, callCount } = await (isInService ? measureInService : measureOnce)(sdk, words.join(' '), settings);
  const { spanCount, eventCount } = sdk.madePerCall;
  return {
    figures: { importMillis, ...figures },
    made: { spanCount: spanCount * callCount, eventCount: eventCount * callCount },
  };
};
