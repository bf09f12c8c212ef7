import type { MeasureCase } from '../claim.js';
import { CASE_NAMES, type CaseName, WAYS } from './cases.js';
import { measureTurns } from './measure-turns.js';

/** What is made is dropped as it ends: what is left is the instrumentation alone. */
export const measure: MeasureCase = (order) => {
  if (!isCaseName(order.case)) throw new Error(`expected one of ${CASE_NAMES.join(', ')}, got '${order.case}'`);
  const way = WAYS.find(({ name }) => name === order.case);
  return measureTurns({ module: order.case, way, processor: 'none' }, order);
};

function isCaseName(name: string): name is CaseName {
  return (CASE_NAMES as readonly string[]).includes(name);
}
