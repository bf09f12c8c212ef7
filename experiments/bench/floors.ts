import { type Cell, ratioOf, readMedian, readRatio } from './figures.js';
import type { PayloadName } from './payloads.js';
import type { TrialRecord } from './trial.js';

/** What offloop promises about its own speed. All of it is here. */
export interface Floor {
  readonly name: string;
  readonly relation: 'at least' | 'at most';
  readonly limit: number;
  /** `check` decides the exit code; `show` is a time of this machine, or too close to its noise, and is only printed. */
  readonly use: 'check' | 'show';
  readonly read: (records: readonly TrialRecord[]) => number | undefined;
}

export type FloorVerdict = {
  readonly floor: Floor;
} & (
  | { readonly status: 'pass' | 'fail'; readonly value: number }
  /** A trial it needs was not run. */
  | { readonly status: 'not measured' }
);

export function judgeFloor(floor: Floor, records: readonly TrialRecord[]): FloorVerdict {
  const value = floor.read(records);
  if (value === undefined) return { floor, status: 'not measured' };
  const isMet = floor.relation === 'at least' ? value >= floor.limit : value <= floor.limit;
  return { floor, status: isMet ? 'pass' : 'fail', value };
}

export function isFailure({ floor, status }: FloorVerdict): boolean {
  return status === 'fail' && floor.use === 'check';
}

type ByPayload = readonly (readonly [PayloadName, number])[];

/** Encoding alone: times as fast as the stock serializer. */
const ENCODE_FLOORS: readonly (readonly [name: string, arms: readonly string[], limits: ByPayload])[] = [
  [
    'OTLP/JSON',
    ['otlp-json'],
    [
      ['S', 7],
      ['M', 10],
      ['L', 50],
      ['V', 60],
    ],
  ],
  [
    'OTLP/protobuf',
    ['otlp-protobuf'],
    [
      ['S', 8],
      ['M', 30],
      ['L', 120],
      ['V', 60],
    ],
  ],
  [
    'msgpackr',
    ['msgpackr-sequential', 'msgpackr-bundled'],
    [
      ['S', 2],
      ['M', 2],
      ['L', 2],
      ['V', 5],
    ],
  ],
];

/** All the way out: the stock way's main-thread time over ours, with the default hand-off and with the better one. */
const OUT_FLOORS: readonly (readonly [name: string, arm: string, ofDefault: ByPayload, ofBest: ByPayload])[] = [
  [
    'batch JSON',
    'batch-otlp-json',
    [
      ['S', 5.5],
      ['M', 6],
      ['L', 10],
      ['V', 10],
    ],
    [
      ['S', 6],
      ['M', 9],
      ['L', 14],
      ['V', 16],
    ],
  ],
  [
    'batch protobuf',
    'batch-otlp-protobuf',
    [
      ['S', 5.5],
      ['M', 12],
      ['L', 20],
      ['V', 10],
    ],
    [
      ['S', 6],
      ['M', 18],
      ['L', 30],
      ['V', 16],
    ],
  ],
  [
    'structured clone',
    'structured-clone',
    [
      ['S', 1.7],
      ['M', 0.9],
    ],
    [
      ['S', 2],
      ['M', 1.3],
    ],
  ],
];

const DEFAULT_HAND_OFF = 'offloop-transfer';
const HAND_OFFS = [DEFAULT_HAND_OFF, 'offloop-shared'];

const SUSTAINED_MIN_RATIO = 3;
const SUSTAINED_BATCH_SIZES = ['512', '2048', '8192'];

export const FLOORS: readonly Floor[] = [
  ...ENCODE_FLOORS.flatMap(([name, arms, limits]) =>
    limits.map(([payload, limit]) =>
      atLeast(`encode ${payload}: ${name} ÷ offloop`, limit, (records) =>
        leastOf(arms.map((arm) => readRatio(records, encodeCell(arm, payload), encodeCell('offloop', payload)))),
      ),
    ),
  ),
  ...OUT_FLOORS.flatMap(([name, arm, ofDefault, ofBest]) => [
    ...ofDefault.map(([payload, limit]) =>
      atLeast(`out ${payload}: ${name} ÷ offloop`, limit, (records) =>
        readOutRatio(records, arm, DEFAULT_HAND_OFF, payload),
      ),
    ),
    ...ofBest.map(([payload, limit]) =>
      atLeast(`out ${payload}: ${name} ÷ better hand-off`, limit, (records) =>
        greatestOf(HAND_OFFS.map((handOff) => readOutRatio(records, arm, handOff, payload))),
      ),
    ),
  ]),
  atMost('process CPU L: offloop ÷ batch JSON', 0.5, readLoadRatio('L', 'batch-otlp-json')),
  atMost('process CPU L: offloop ÷ batch protobuf', 0.25, readLoadRatio('L', 'batch-otlp-protobuf')),
  atMost('process CPU S: offloop ÷ batch JSON', 1.3, readLoadRatio('S', 'batch-otlp-json')),
  atLeast('spans/s, S: offloop ÷ batch processor', SUSTAINED_MIN_RATIO, readSustainedRatio),
  atMost('import: offloop ÷ otlp-http', 1 / 3, (records) =>
    readRatio(records, startCell('offloop'), startCell('otlp-json')),
  ),
  { ...atMost('import of offloop, ms', 30, (records) => readMedian(records, startCell('offloop'))), use: 'show' },
  { ...atMost('longest block added, ms', 0.3, readAddedBlockMillis), use: 'show' },
];

function atLeast(name: string, limit: number, read: Floor['read']): Floor {
  return { name, relation: 'at least', limit, use: 'check', read };
}

function atMost(name: string, limit: number, read: Floor['read']): Floor {
  return { name, relation: 'at most', limit, use: 'check', read };
}

function encodeCell(arm: string, column: string): Cell {
  return { section: 'encode', arm, column, figure: 'microsPerSpan' };
}

function readOutRatio(records: readonly TrialRecord[], arm: string, handOff: string, column: string) {
  const cell = (name: string): Cell => ({
    section: 'out',
    arm: name,
    column,
    figure: 'mainThreadMicrosPerSpan',
    baseline: 'control',
  });
  return readRatio(records, cell(arm), cell(handOff));
}

function readLoadRatio(column: string, stockArm: string): Floor['read'] {
  const cell = (arm: string): Cell => ({
    section: 'load',
    arm,
    column,
    figure: 'processMicrosPerSpan',
    baseline: 'control',
  });
  return (records) => readRatio(records, cell(DEFAULT_HAND_OFF), cell(stockArm));
}

/** Each side with the batch size that helps it most. */
function readSustainedRatio(records: readonly TrialRecord[]): number | undefined {
  const best = (arms: readonly string[]) =>
    greatestOf(
      arms.flatMap((arm) =>
        SUSTAINED_BATCH_SIZES.map((column) =>
          readMedian(records, { section: 'sustained', arm, column, figure: 'spansPerSecond' }),
        ),
      ),
    );
  const [ours, stock] = [best([DEFAULT_HAND_OFF]), best(['batch-otlp-json', 'batch-otlp-protobuf'])];
  return ours === undefined || stock === undefined ? undefined : ratioOf(ours, stock);
}

function startCell(arm: string): Cell {
  return { section: 'start', arm, column: 'start', figure: 'importMillis' };
}

function readAddedBlockMillis(records: readonly TrialRecord[]): number | undefined {
  const cell = { section: 'block', column: 'block', figure: 'longestBlockMillis', baseline: 'control' } as const;
  return readMedian(records, { ...cell, arm: DEFAULT_HAND_OFF });
}

function leastOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function greatestOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
