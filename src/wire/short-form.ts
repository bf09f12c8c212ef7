/** More than any byte. */
const NO_SHORT_FORM = 0x100;

/** The one msgpack byte of a small integer, a boolean or undefined; for any other value a number that {@link areShort} refuses. */
export function shortForm(value: unknown): number {
  if (typeof value === 'number') return (value & 0x7f) === value && !Object.is(value, -0) ? value : NO_SHORT_FORM;
  if (value === undefined) return 0xc0;
  if (value === false) return 0xc2;
  return value === true ? 0xc3 : NO_SHORT_FORM;
}

/** Tells whether all of several {@link shortForm}s, combined by `|`, are a byte each. */
export function areShort(forms: number): boolean {
  return forms < NO_SHORT_FORM;
}
