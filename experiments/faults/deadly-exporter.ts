// The official exporter, hosted by offloop's worker, that brings its thread down when the service says so.
import { BroadcastChannel } from 'node:worker_threads';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { DEATHS, type DeathName } from './deaths.js';

/** The service says over it how the thread is to die. */
export const DEATH_CHANNEL = 'offloop-faults-death';

export class DeadlyExporter extends OTLPTraceExporter {
  constructor(options: ConstructorParameters<typeof OTLPTraceExporter>[0]) {
    super(options);
    const channel = new BroadcastChannel(DEATH_CHANNEL);
    channel.onmessage = ({ data }: { readonly data: DeathName }) => DEATHS[data]();
    channel.unref();
  }
}
