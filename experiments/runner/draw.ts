/** Takes `count` items at random, none twice: of fewer items, all. */
export function draw<Item>(items: readonly Item[], count: number, random: () => number): Item[] {
  const rest = [...items];
  return Array.from({ length: Math.min(count, rest.length) }, () =>
    rest.splice(Math.floor(random() * rest.length), 1),
  ).flat(1) as Item[];
}
