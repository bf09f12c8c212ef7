import type { Cause } from '../gate-result.js';
import { FAULT_SOURCES } from '../run/trial-record.js';
import { type Excluded, haveBothRun, isShared, isUneven } from './division.js';

/**
 * What to call a run that can't be judged for what was left out of it: `noise` where all of that is the machine's doing
 * and fell on both services.
 *
 * @param hasGivenUp after one trial of a service after the other that may not be counted
 */
export function findCause(trials: readonly Excluded[], hasGivenUp: boolean): Cause {
  const leftOut = trials.filter(({ faults }) => faults.length > 0);
  const isMachines = leftOut.every(({ faultKinds }) => faultKinds.every((kind) => FAULT_SOURCES[kind] !== 'service'));
  if (!isMachines || isUneven(leftOut, trials)) return 'fault';
  const starved = leftOut.filter(({ faultKinds }) => faultKinds.includes('starvation'));
  // A service may take its cores away itself: only that the other lacked them too tells that it did not.
  if (starved.length > 0 && !isShared(starved, trials)) return 'fault';
  // The few trials in a row that end a run are too few to be clearly uneven.
  return hasGivenUp && haveBothRun(trials) && !isShared(leftOut, trials) ? 'fault' : 'noise';
}
