/** What one span costs, measured, and what of it leaves the process. */
export interface SpanCost {
  /** As OTLP/protobuf, without compression. */
  readonly byteLength: number;
  /** Of the process over one that exports nothing, the worker's threads included. */
  readonly processMicros: number;
  /** Of it, on the main thread. */
  readonly mainThreadMicros: number;
}

/** What is to be exported, and what has to be kept of it. */
export interface FleetPlan {
  readonly processCount: number;
  readonly spansPerSecondPerProcess: number;
  /** How long the agents hold spans while the gateways are away. */
  readonly outageSeconds: number;
  /** How long the tail sampler waits before it decides. */
  readonly decisionWaitSeconds: number;
}

export interface FleetSize {
  readonly spansPerSecond: number;
  readonly bytesPerSecond: number;
  /** Cores that export takes in all processes together. */
  readonly processCores: number;
  /** Of one main thread's time, from 0 to 1 and past it where it can't be done. */
  readonly mainThreadShare: number;
  /** On the disks of all agents together, after the outage. */
  readonly queuedBytes: number;
  /** Encoded size of what all tail samplers hold together. */
  readonly undecidedBytes: number;
  /** In Kafka, one replica. */
  readonly bytesPerDay: number;
}

const MICROS_PER_SECOND = 1e6;
const SECONDS_PER_DAY = 86_400;

/** Everything grows with the spans: one process's cost times the processes. */
export function sizeFleet(cost: SpanCost, plan: FleetPlan): FleetSize {
  const { processCount, spansPerSecondPerProcess, outageSeconds, decisionWaitSeconds } = plan;
  const spansPerSecond = processCount * spansPerSecondPerProcess;
  const bytesPerSecond = spansPerSecond * cost.byteLength;
  return {
    spansPerSecond,
    bytesPerSecond,
    processCores: (spansPerSecond * cost.processMicros) / MICROS_PER_SECOND,
    mainThreadShare: (spansPerSecondPerProcess * cost.mainThreadMicros) / MICROS_PER_SECOND,
    queuedBytes: bytesPerSecond * outageSeconds,
    undecidedBytes: bytesPerSecond * decisionWaitSeconds,
    bytesPerDay: bytesPerSecond * SECONDS_PER_DAY,
  };
}
