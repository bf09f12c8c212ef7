import { Buffer } from 'node:buffer';

/** Two digits a byte, and a last one without a partner for nothing; what is no digit counts as the official code has it. */
export function parseId(text: string): Buffer {
  const id = Buffer.alloc(text.length >>> 1);
  for (let index = 0; index < id.length; index++) {
    id[index] = (digitValue(text.charCodeAt(index * 2)) << 4) | digitValue(text.charCodeAt(index * 2 + 1));
  }
  return id;
}

function digitValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  return code >= 0x61 && code <= 0x66 ? code - 0x57 : code - 0x37;
}
