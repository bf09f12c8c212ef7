import { type CreateArm, tracesUrlOf } from './arm.js';
import { createOffloopArm } from './offloop-arm.js';

/** This package's processor with chunks in shared memory. */
export const createArm: CreateArm = (settings) =>
  createOffloopArm({ exporter: { url: tracesUrlOf(settings) }, handOff: 'shared' });
