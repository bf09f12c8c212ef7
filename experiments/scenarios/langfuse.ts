import type { Scenario } from '../runner/scenario.js';
import { CONTROL_ARM, comparedArm } from '../runner/scenario-arms.js';

const ARMS = [CONTROL_ARM, comparedArm('langfuse'), comparedArm('offloop-langfuse')];

const LOAD = {
  requestsPerSecond: 100,
  language: 'vi',
  // 20 kB of UTF-8: a Vietnamese character takes 1.28 bytes.
  promptCharacters: 15_600,
  completionCharacters: 15_600,
} as const;

const IMAGE_BYTES = 1_000_000;

const TARGET = { candidate: 'offloop-langfuse', baseline: 'langfuse', maxRatio: 1 / 20 };

/** Observations of Langfuse's SDK with long texts, a mask and images, by the processor that takes them. */
export const langfuse: Scenario = {
  name: 'langfuse',
  title: '100 observations/s, every tenth with an image, through Langfuse',
  application: 'observations',
  arms: ARMS,
  load: { ...LOAD, images: { byteLength: IMAGE_BYTES, requestsPerImage: 10 } },
  target: TARGET,
  // Decoding ten images a second takes Langfuse's processor more than a second.
  mayOverload: true,
  sizes: {
    // A warm-up in which the worker has loaded its modules: they take half a second of a core.
    standard: { blockCount: 6, warmUpMillis: 1_000, measuredMillis: 2_500 },
    quick: { blockCount: 6, warmUpMillis: 700, measuredMillis: 1_000 },
    // No longer: what an overloaded loop is behind grows with the time, until its exports time out.
    reference: { blockCount: 12, warmUpMillis: 1_000, measuredMillis: 3_000 },
  },
};

/** The same with so few images that Langfuse's processor can bear them. */
export const langfuseRare: Scenario = {
  name: 'langfuse-rare',
  title: '100 observations/s, one in a hundred with an image, through Langfuse',
  application: 'observations',
  arms: ARMS,
  load: { ...LOAD, images: { byteLength: IMAGE_BYTES, requestsPerImage: 100 } },
  target: TARGET,
  sizes: {
    standard: { blockCount: 6, warmUpMillis: 800, measuredMillis: 4_000 },
    quick: { blockCount: 6, warmUpMillis: 600, measuredMillis: 1_500 },
    reference: { blockCount: 12, warmUpMillis: 2_000, measuredMillis: 8_000 },
  },
};
