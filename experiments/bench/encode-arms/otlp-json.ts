import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { EncodeArm } from './encode-arm.js';

export function createArm(): EncodeArm {
  return { takesEachSpan: false, encode: (spans) => void JsonTraceSerializer.serializeRequest([...spans]) };
}
