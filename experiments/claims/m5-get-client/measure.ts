import type { MeasureCase, Measured, TrialOrder } from '../claim.js';
import { measureCalls } from './measure-calls.js';
import {
  tellSecondClientInitParams,
  tellSecondConstructor,
  tellSecondIsolatedProvider,
  tellSecondRegister,
} from './second-host.js';

const CASES: Readonly<Record<string, (order: TrialOrder) => Promise<Measured>>> = {
  'v3 constructor': measureCalls,
  'v3 module instance': measureCalls,
  'v5 processor': measureCalls,
  'v5 tracer': measureCalls,
  'v3 second constructor': tellSecondConstructor,
  'v3 second clientInitParams': tellSecondClientInitParams,
  'v5 second register': tellSecondRegister,
  'v5 second isolated provider': tellSecondIsolatedProvider,
};

export const measure: MeasureCase = async (order) => {
  const measureOwn = CASES[order.case];
  if (measureOwn === undefined) throw new Error(`expected one of ${Object.keys(CASES).join(', ')}, got ${order.case}`);
  return measureOwn(order);
};
