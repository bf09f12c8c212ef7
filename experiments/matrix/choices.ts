import { type ComparedOutcome, describeEffect, type Effect } from './effects.js';

/** A leaf of the decision tree in docs/choosing.md: what a service is like, and which cells of the matrix are like it. */
export interface Choice {
  /** For readers, after "a service whose spans…". */
  readonly title: string;
  readonly isLike: (cell: Pick<ComparedOutcome, 'levels'>) => boolean;
}

export interface ChoiceEffect {
  readonly title: string;
  /** Null where the run has no such cell. */
  readonly effect: Effect | null;
}

type Levels = ComparedOutcome['levels'];

const carries = ({ capture }: Levels, ...captures: readonly string[]) => captures.includes(capture);

const carriesNoText = (levels: Levels) => !carries(levels, '2 kB', '20 kB', '200 kB');

/** MECE: each cell is like one of them. The number of cores is a question of its own; see {@link CORE_CHOICES}. */
export const TEXT_CHOICES: readonly Choice[] = [
  { title: 'no long text, 5 requests/s', isLike: ({ levels }) => carriesNoText(levels) && levels.load === '5' },
  {
    title: 'no long text, 40 x 2 spans/s',
    isLike: ({ levels }) => carriesNoText(levels) && levels.load === '40' && levels.spans === '2',
  },
  {
    title: 'no long text, 40 x 20 spans/s',
    isLike: ({ levels }) => carriesNoText(levels) && levels.load === '40' && levels.spans === '20',
  },
  ...['2 kB', '20 kB', '200 kB'].flatMap((size) =>
    ['5', '40'].map((load) => ({
      title: `${size}, ${load} requests/s`,
      isLike: ({ levels }: Pick<ComparedOutcome, 'levels'>) => carries(levels, size) && levels.load === load,
    })),
  ),
];

/** Likewise. */
export const CORE_CHOICES: readonly Choice[] = [
  ['all', 'all cores'],
  ['1', 'one core'],
].flatMap(([cores, title]) => [
  {
    title: `${title}, no long text`,
    isLike: ({ levels }: Pick<ComparedOutcome, 'levels'>) => levels.cores === cores && carriesNoText(levels),
  },
  {
    title: `${title}, 2 to 200 kB`,
    isLike: ({ levels }: Pick<ComparedOutcome, 'levels'>) => levels.cores === cores && !carriesNoText(levels),
  },
]);

export function listChoiceEffects(choices: readonly Choice[], cells: readonly ComparedOutcome[]): ChoiceEffect[] {
  return choices.map(({ title, isLike }) => ({ title, effect: describeEffect(cells.filter(isLike)) }));
}
