// The official exporter, hosted by offloop's worker, that brings its thread down when the service says so.
import { BroadcastChannel } from 'node:worker_threads';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';

/** The service says over it how the thread is to die. */
export const DEATH_CHANNEL = 'offloop-faults-death';

const DEATHS = {
  throw: () => {
    throw new Error('the exporter lost its way');
  },
  'out-of-memory': () => {
    const kept: unknown[] = [];
    for (;;) kept.push(new Array(10_000).fill({}));
  },
  loop: () => {
    for (;;);
  },
} as const satisfies Record<string, () => never>;

export type DeathName = keyof typeof DEATHS;

export class DeadlyExporter extends OTLPTraceExporter {
  constructor(options: ConstructorParameters<typeof OTLPTraceExporter>[0]) {
    super(options);
    const channel = new BroadcastChannel(DEATH_CHANNEL);
    channel.onmessage = ({ data }: { readonly data: DeathName }) => DEATHS[data]();
    channel.unref();
  }
}
