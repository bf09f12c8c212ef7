import { WorkerSpanProcessor, type WorkerSpanProcessorOptions } from 'offloop';
import type { ExportArm, ExportArmSettings } from './export-arm.js';

type HandOff = NonNullable<WorkerSpanProcessorOptions['handOff']>;

export function createArm(handOff: HandOff, { tracesUrl, ...options }: ExportArmSettings): ExportArm {
  const processor = new WorkerSpanProcessor({ exporter: { url: tracesUrl }, handOff, ...options });
  return { processor, deliveredSpanCount: () => processor.stats().exportedSpanCount };
}
