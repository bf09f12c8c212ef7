import { CloneChannel } from './clone-channel.js';
import type { EncodeArm } from './encode-arm.js';
import { toPlainSpan } from './plain-span.js';

export function createArm(): EncodeArm {
  const channel = new CloneChannel();
  return {
    takesEachSpan: false,
    encode: (spans) => channel.send(spans.map(toPlainSpan)),
    settle: () => channel.settle(),
    end: () => channel.end(),
  };
}
