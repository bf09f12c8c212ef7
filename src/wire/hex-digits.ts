/** Maps the code of a lower-case hex digit to its value, and every other UTF-16 code to a number above 15. */
const HEX_DIGITS = new Uint8Array(0x10000).fill(0x80);
for (let digit = 0; digit < 16; digit++) HEX_DIGITS[digit.toString(16).charCodeAt(0)] = digit;

/**
 * Puts the bytes that a lower-case hex string stands for into a view, where the caller has made room.
 *
 * @param text A multiple of eight digits.
 * @returns false when `text` holds anything but lower-case hex digits; what was put is then of no use.
 */
export function putHex(view: DataView, position: number, text: string): boolean {
  let digits = 0;
  // Eight digits a turn: one at a time, counting them takes as long as reading them.
  for (let index = 0; index < text.length; index += 8) {
    const a = HEX_DIGITS[text.charCodeAt(index)] as number;
    const b = HEX_DIGITS[text.charCodeAt(index + 1)] as number;
    const c = HEX_DIGITS[text.charCodeAt(index + 2)] as number;
    const d = HEX_DIGITS[text.charCodeAt(index + 3)] as number;
    const e = HEX_DIGITS[text.charCodeAt(index + 4)] as number;
    const f = HEX_DIGITS[text.charCodeAt(index + 5)] as number;
    const g = HEX_DIGITS[text.charCodeAt(index + 6)] as number;
    const h = HEX_DIGITS[text.charCodeAt(index + 7)] as number;
    digits |= a | b | c | d | e | f | g | h;
    const word = (a << 28) | (b << 24) | (c << 20) | (d << 16) | (e << 12) | (f << 8) | (g << 4) | h;
    view.setInt32(position + (index >>> 1), word);
  }
  return digits <= 15;
}
