import type { FailFault, FaultSchedule, PartialSuccessFault, ResetFault, SinkBehaviour } from './behaviour.js';

export type Fault =
  | ({ readonly type: 'reset' } & ResetFault)
  | { readonly type: 'hang' }
  | ({ readonly type: 'fail' } & FailFault)
  | { readonly type: 'garbageBody' }
  | { readonly type: 'endlessBody' }
  | ({ readonly type: 'partialSuccess' } & PartialSuccessFault);

interface ScheduledFault {
  readonly fault: Fault;
  readonly schedule: FaultSchedule;
  firedCount: number;
}

/** Says of each request which fault it meets, if any. */
export class FaultPlan {
  readonly behaviour: SinkBehaviour;
  readonly #faults: ScheduledFault[];
  #requestCount = 0;

  constructor(behaviour: SinkBehaviour) {
    this.behaviour = behaviour;
    this.#faults = toFaults(behaviour).map(([fault, schedule]) => ({ fault, schedule, firedCount: 0 }));
  }

  /** Counts a request and takes the first fault that is due; only that one counts as fired. */
  next(): Fault | undefined {
    this.#requestCount += 1;
    const due = this.#faults.find(
      ({ schedule, firedCount }) =>
        this.#requestCount % (schedule.everyRequestCount ?? 1) === 0 && firedCount < (schedule.fireCount ?? Infinity),
    );
    if (due === undefined) return undefined;
    due.firedCount += 1;
    return due.fault;
  }
}

function toFaults(behaviour: SinkBehaviour): [Fault, FaultSchedule][] {
  const { reset, hang, fail, garbageBody, endlessBody, partialSuccess } = behaviour;
  const faults: [Fault, FaultSchedule][] = [];
  if (reset !== undefined) faults.push([{ type: 'reset', ...reset }, reset]);
  if (hang !== undefined) faults.push([{ type: 'hang' }, hang]);
  if (fail !== undefined) faults.push([{ type: 'fail', ...fail }, fail]);
  if (garbageBody !== undefined) faults.push([{ type: 'garbageBody' }, garbageBody]);
  if (endlessBody !== undefined) faults.push([{ type: 'endlessBody' }, endlessBody]);
  if (partialSuccess !== undefined) faults.push([{ type: 'partialSuccess', ...partialSuccess }, partialSuccess]);
  return faults;
}
