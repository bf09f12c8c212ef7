import fc from 'fast-check';

class Price {
  readonly amount: number;

  constructor(amount: number) {
    this.amount = amount;
  }

  get doubled(): number {
    return this.amount * 2;
  }
}

/** Text that tests `JSON.stringify`: what it escapes, lone surrogates, both of V8's widths, short and long. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.integer({ min: 0xd7f0, max: 0xe010 }).map((code) => String.fromCharCode(code)) }),
  fc.string({ unit: fc.constantFrom('"', '\\', '\n', '\u0000', '\u007f', '\u2028', 'é', 'ế'), maxLength: 60 }),
  fc.string({ minLength: 25, maxLength: 300 }),
);

const anyKey = fc.oneof(anyText, fc.constantFrom('__proto__', 'toJSON', 'constructor', '10', '2', '-1', '1.5', ''));

const { values } = fc.letrec((tie) => ({
  leaves: fc.oneof(
    anyText,
    fc.double(),
    fc.integer(),
    fc.constantFrom<unknown>(undefined, null, true, -0, Number.NaN, Number.NEGATIVE_INFINITY, 2 ** 53, 1e21, 5e-324),
    fc.constantFrom<unknown>(Symbol('s'), () => 1, /x/, new Error('e'), new Price(3)),
    fc.date({ noInvalidDate: false }),
    fc.float64Array({ maxLength: 3 }),
    fc.uint8Array({ maxLength: 3 }),
  ),
  values: fc.oneof(
    { withCrossShrink: true, maxDepth: 5 },
    tie('leaves'),
    fc.array(tie('values'), { maxLength: 5 }),
    fc.dictionary(anyKey, tie('values'), { maxKeys: 5 }),
    fc.tuple(anyKey, tie('values')).map(([key, value]) =>
      Object.defineProperty({ first: 1 }, key, {
        get: () => value,
        enumerable: true,
      }),
    ),
    tie('values').map((value) => ({ toJSON: (key: string) => [key, value] })),
    tie('values').map((value) => Object.assign(() => {}, { toJSON: () => value })),
    tie('values').map((value) => new Map([[value, value]])),
    fc.sparseArray(tie('values'), { maxLength: 8 }),
    tie('values').map((value) => ({ [Symbol('key')]: value, hidden: Object.defineProperty({}, 'x', { value }) })),
    tie('values').map((value) => new Proxy({ 7: 'seven', value }, { ownKeys: () => ['value', '7'] })),
    fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withObjectString: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
    }),
    tie('values').map((value) => {
      const cycle: unknown[] = [value];
      cycle.push({ cycle });
      return cycle;
    }),
    fc.constantFrom<unknown>(
      { toJSON: 1 },
      {
        get fails() {
          throw new Error('x');
        },
      },
      [Object(1n)],
      [Object('boxed')],
    ),
  ),
}));

/** Whatever may be handed to `JSON.stringify`, and mostly an object. */
export const anyJsonInput: fc.Arbitrary<unknown> = values;
