import { parseBehaviour, type SinkBehaviour } from '../sink/behaviour.js';
import { OtlpReceiver } from '../sink/otlp-receiver.js';
import type { ReceivedSpan } from '../sink/otlp-shape.js';
import type { SinkControl } from '../sink/sink-control.js';
import type { ResolvedSinkOptions } from '../sink/sink-options.js';
import type { KeptRequest, SinkReport } from '../sink/sink-report.js';
import { loadTraceSchema } from '../sink/trace-schema.js';

/** Langfuse answers JSON to protobuf too; official exporters can't read that, and take it for a success. */
const ACCEPTED = Buffer.from('{"message":"OK"}');

/** The sink's receiver behind Langfuse's path, and what a test asks of it. */
export class TracesEndpoint implements SinkControl {
  readonly receiver: OtlpReceiver;

  private constructor(receiver: OtlpReceiver) {
    this.receiver = receiver;
  }

  static create(options: ResolvedSinkOptions): TracesEndpoint {
    const schema = loadTraceSchema();
    const receiver = new OtlpReceiver(options, {
      ...schema,
      encodeResponse: (response) =>
        response.partialSuccess === undefined ? ACCEPTED : schema.encodeResponse(response),
    });
    return new TracesEndpoint(receiver);
  }

  report(): Promise<SinkReport> {
    return this.receiver.period.report();
  }

  async behaviour(): Promise<SinkBehaviour> {
    return this.receiver.behaviour;
  }

  async setBehaviour(behaviour: SinkBehaviour): Promise<void> {
    this.receiver.setBehaviour(parseBehaviour(behaviour));
  }

  async reset(): Promise<void> {
    this.receiver.reset();
  }

  async spans(): Promise<ReceivedSpan[]> {
    const { period } = this.receiver;
    await period.settle();
    return [...period.spans.kept];
  }

  async traces(): Promise<Record<string, number>> {
    const { period } = this.receiver;
    await period.settle();
    return Object.fromEntries(period.spans.spanCountsByTrace());
  }

  async requests(): Promise<KeptRequest[]> {
    return structuredClone([...this.receiver.period.requests.kept]);
  }
}
