import type { PayloadName } from '../bench/payloads.js';
import type { SinkProcess } from '../sink/sink-process.js';

/** What happens to the sink, and with that what is asked of the processor. */
export interface SoakScenario {
  readonly name: string;
  readonly title: string;
  readonly spansPerSecond: number;
  readonly payload: PayloadName;
  /** Whether the sink takes everything, so that nothing may be lost; else the queue has to fill and stay bounded. */
  readonly isHealthy: boolean;
  /** Whether the sink can still say at the end what it received. */
  readonly isSinkThere: boolean;
  /** Called {@link HEALTHY_SECONDS} after the first span. */
  readonly disturb: (sink: SinkProcess) => Promise<void>;
}

/** A sink that is never there is not a sink that goes away. */
export const HEALTHY_SECONDS = 5;

/** Fills the default queue of 64 MiB in seconds; small spans take three minutes. */
const FILLING_PAYLOAD = 'M';

/** Eight exports under way, each this long and of 512 spans at the most: 2,000 spans/s, less than are made. */
const SLOW_ANSWER_MILLIS = 2_000;

export const SOAK_SCENARIOS: readonly SoakScenario[] = [
  {
    name: 'steady',
    title: 'a healthy sink',
    spansPerSecond: 5_000,
    payload: 'S',
    isHealthy: true,
    isSinkThere: true,
    disturb: async () => {},
  },
  {
    name: 'sink-down',
    title: `the sink is gone after ${HEALTHY_SECONDS} s: connections are refused`,
    spansPerSecond: 2_000,
    payload: FILLING_PAYLOAD,
    isHealthy: false,
    isSinkThere: false,
    disturb: (sink) => sink.stop(),
  },
  {
    name: 'sink-slow',
    title: `after ${HEALTHY_SECONDS} s the sink answers in ${SLOW_ANSWER_MILLIS} ms`,
    spansPerSecond: 5_000,
    payload: FILLING_PAYLOAD,
    isHealthy: false,
    isSinkThere: true,
    disturb: (sink) => sink.client.setBehaviour({ delayMillis: SLOW_ANSWER_MILLIS }),
  },
];
