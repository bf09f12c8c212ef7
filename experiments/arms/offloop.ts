import { type CreateArm, tracesUrlOf } from './arm.js';
import { createOffloopArm } from './offloop-arm.js';

/** This package's processor, as it comes: chunks are transferred, the worker writes OTLP/protobuf of their bytes. */
export const createArm: CreateArm = (settings) => createOffloopArm({ exporter: { url: tracesUrlOf(settings) } });
