import type { Scenario } from '../runner/scenario.js';
import { LANGUAGES } from '../text/languages.js';
import { formatCount } from './format-figure.js';

/** `100 requests/s, prompts of 20,000 and completions of 20,000 characters`, and what is not as in every scenario. */
export function describeLoad({
  load,
  otherWork,
  serviceCoreCount,
  flushDelayMillis,
}: Pick<Scenario, 'load' | 'otherWork' | 'serviceCoreCount' | 'flushDelayMillis'>): string {
  const { requestsPerSecond, promptCharacters, completionCharacters, language, images } = load;
  return [
    `${requestsPerSecond} requests/s`,
    `prompts of ${formatCount(promptCharacters)} and completions of ${formatCount(completionCharacters)} characters` +
      (language === undefined ? '' : ` (${language})`),
    ...(images === undefined
      ? []
      : [`one request in ${images.requestsPerImage} with an image of ${formatCount(images.byteLength)} bytes`]),
    ...(otherWork === undefined
      ? []
      : [`${otherWork.lengthMillis} ms of other work on the loop ${otherWork.ratePerSecond} times a second`]),
    ...(serviceCoreCount === undefined ? [] : ['the service on one core']),
    ...(flushDelayMillis === undefined ? [] : [`batches leave after ${formatCount(flushDelayMillis)} ms`]),
  ].join(', ');
}

/** What the readers of a document's table are told of the service. */
export function describeService(
  scenario: Pick<Scenario, 'load' | 'application' | 'otherWork' | 'serviceCoreCount' | 'flushDelayMillis'>,
): string {
  if (scenario.application === 'observations') return `Observations of Langfuse's SDK, ${describeLoad(scenario)}`;
  return `A chat service at ${describeLoad(scenario)} in ${LANGUAGES.length} languages`;
}
