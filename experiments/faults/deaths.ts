/** How a thread can be brought down from within. */
export const DEATHS = {
  throw: () => {
    throw new Error('the exporter lost its way');
  },
  'out-of-memory': () => {
    const kept: unknown[] = [];
    for (;;) kept.push(new Array(10_000).fill({}));
  },
  loop: () => {
    for (;;);
  },
} as const satisfies Record<string, () => never>;

export type DeathName = keyof typeof DEATHS;
