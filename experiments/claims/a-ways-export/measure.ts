import { WAYS } from '../a-ways/cases.js';
import { measureTurns } from '../a-ways/measure-turns.js';
import type { MeasureCase } from '../claim.js';
import type { ProcessorName } from '../tracing.js';
import { BASELINE, EXPORT_CASE_NAMES } from './cases.js';

const PROCESSORS: Readonly<Record<string, ProcessorName>> = {
  dropped: 'none',
  langfuse: 'langfuse',
  // By the client itself, to where Langfuse's processor would send spans.
  sent: 'langfuse',
  offloop: 'offloop',
};

/** A case is `none`, or `WAY, EXPORT`. */
export const measure: MeasureCase = (order) => {
  if (order.case === BASELINE) return measureTurns({ module: BASELINE, way: undefined, processor: 'none' }, order);
  const [wayName, sent = ''] = order.case.split(', ');
  const way = WAYS.find(({ name }) => name === wayName);
  const processor = PROCESSORS[sent];
  if (way === undefined || processor === undefined) {
    throw new Error(`expected one of ${EXPORT_CASE_NAMES.join('; ')}, got '${order.case}'`);
  }
  return measureTurns({ module: way.name, way, processor }, order);
};
