import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { emptyResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Arm } from '../arm.js';
import { createBatchArm } from '../batch-arm.js';
import { toReadableSpan } from './plain-span.js';
import type { ExportCommand, ExportReply } from './protocol.js';

/** Makes what obeys the service's commands: the SDK's batch processor and its OTLP/protobuf exporter, as they come. */
export function serveExports(reply: (reply: ExportReply) => void): (command: ExportCommand) => void {
  let exporting: OpenExport | undefined;
  let resource: Resource = emptyResource();
  return (command) => {
    if (command.type === 'open') {
      exporting = open(command.tracesUrl);
      return;
    }
    if (exporting === undefined) throw new Error(`${command.type}: expected 'open' before it`);
    const { arm, processor } = exporting;
    switch (command.type) {
      case 'resource':
        resource = resourceFromAttributes(command.attributes);
        return;
      case 'span':
        processor.onEnd(toReadableSpan(command.span, resource));
        return;
      case 'flush':
        void answer(command.callId, arm, processor.forceFlush(), reply);
        return;
      case 'shut-down':
        void answer(command.callId, arm, processor.shutdown(), reply);
        return;
      default: {
        const unknown: never = command;
        throw new Error(`expected an export command, got ${JSON.stringify(unknown)}`);
      }
    }
  };
}

interface OpenExport {
  readonly arm: Arm;
  readonly processor: SpanProcessor;
}

function open(tracesUrl: string): OpenExport {
  const arm = createBatchArm(new OTLPTraceExporter({ url: tracesUrl }));
  const [processor] = arm.spanProcessors;
  if (processor === undefined) throw new Error('a batch arm has a processor');
  return { arm, processor };
}

async function answer(
  callId: number,
  arm: Arm,
  work: Promise<void>,
  reply: (reply: ExportReply) => void,
): Promise<void> {
  const error = await work.then(
    () => null,
    (reason: unknown) => String(reason),
  );
  reply({ callId, error, losses: await arm.countLosses() });
}
