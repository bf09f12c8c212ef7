import type { SinkBehaviour } from './behaviour.js';
import type { ReceivedSpan } from './otlp-shape.js';
import type { KeptRequest, SinkReport } from './sink-report.js';

/** What can be asked of a sink, in this process or in another. */
export interface SinkControl {
  /** What was counted since the last reset; in `deferred` mode this decodes what was stored. */
  report(): Promise<SinkReport>;
  behaviour(): Promise<SinkBehaviour>;
  /**
   * Takes the place of the whole behaviour; `{}` brings the sink back to health.
   *
   * @throws SinkError on an unknown key or a value out of range.
   */
  setBehaviour(behaviour: SinkBehaviour): Promise<void>;
  /** Forgets all counts, spans and requests. The behaviour stays; requests under way count with what was before. */
  reset(): Promise<void>;
  /** The first spans that were accepted, at most `maxKeptSpanCount`. */
  spans(): Promise<ReceivedSpan[]>;
  /** How many distinct spans came of each trace, by trace id. */
  traces(): Promise<Record<string, number>>;
  /** The last requests, oldest first, at most `maxKeptRequestCount`. */
  requests(): Promise<KeptRequest[]>;
}
