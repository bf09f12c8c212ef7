import { type Drop, OffloopConfigError, type ProcessorStats, WorkerSpanProcessor } from 'offloop';
import { type LoopDelayMonitor, monitorLoopDelay } from 'offloop/loop-delay';
import type { RegisterConfig } from 'offloop/register';
import 'offloop/register';

const processor = new WorkerSpanProcessor({
  exporter: { protocol: 'http/json', headers: { 'x-key': 'key' }, compression: 'gzip' },
  onDrop: (drop: Drop) => console.error(drop),
});
// @ts-expect-error is no option: types that are not found would allow it
new WorkerSpanProcessor({ maxQueueLength: 1 });
// @ts-expect-error is a number, in milliseconds
monitorLoopDelay({ resolutionMillis: 'fast' });

export const stats: ProcessorStats = processor.stats();
export const monitor: LoopDelayMonitor = monitorLoopDelay({ thresholdsMillis: [10] });
export const p99: number = monitor.snapshot().arrivalWeighted.percentileMillis(99);
export const config: RegisterConfig = { sdk: { serviceName: 'shop' } };
export const isConfigError = (error: unknown): boolean => error instanceof OffloopConfigError;
