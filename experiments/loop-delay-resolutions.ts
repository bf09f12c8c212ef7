import type { LoopDelayOptions } from 'offloop/loop-delay';

/**
 * How the lab looks at a loop: often, because a timer's block and the socket callbacks after it must not be taken for one,
 * and its raw figure is the one of Node's own default. It costs about 4 % of a core, in every arm alike.
 */
export const LAB_RESOLUTIONS = {
  resolutionMillis: 2,
  rawResolutionMillis: 10,
} as const satisfies LoopDelayOptions;
