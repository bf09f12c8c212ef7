import { BATCH_SPAN_COUNT } from './encode-arms/encode-arm.js';
import { ENCODE_ARM_NAMES, type EncodeArmName } from './encode-arms/index.js';
import { EXPORT_ARM_NAMES, type ExportArmName } from './export-arms/index.js';
import {
  PAYLOAD_NAMES,
  PAYLOADS,
  type Payload,
  type PayloadName,
  payloadOfAttributes,
  payloadOfText,
} from './payloads.js';
import type { SectionName, Task, Trial } from './trial.js';

/** How much of the benchmark to run. */
export interface PlanSize {
  readonly payloads: readonly PayloadName[];
  /** Of a trial that times encoding, and of one that lets spans leave. */
  readonly encodeMillis: number;
  readonly exportMillis: number;
  /**
   * Of a trial under load. Long, because at 1,000 spans/s only two batches leave in a second: for the first tens of
   * seconds what is measured is V8 compiling the code behind them, in a worker as well as here.
   */
  readonly loadMillis: number;
  /** Of the same at other rates, which is only shown. */
  readonly pacedMillis: number;
}

export const PLAN_SIZES = {
  standard: { payloads: PAYLOAD_NAMES, encodeMillis: 800, exportMillis: 4_000, loadMillis: 16_000, pacedMillis: 6_000 },
  quick: { payloads: ['S', 'L'], encodeMillis: 400, exportMillis: 1_200, loadMillis: 2_000, pacedMillis: 2_000 },
} as const satisfies Record<string, PlanSize>;

/** The rest takes minutes. */
export const QUICK_SECTIONS: readonly SectionName[] = ['encode', 'out', 'start'];

/**
 * How many spans are encoded over and over. A span that is encoded the moment it ends has its text in the cache of the
 * core; with this many, encoding costs about what it costs for spans that were just made (section `cache` shows both).
 * With a handful everything would lie in the first cache, with a batch of 512 nothing. It favours the serializers of
 * whole batches, whose spans are seconds old when their turn comes.
 */
const DISTINCT_SPAN_COUNT = 64;

/** Structured clone writes an object it has met in the message as a reference. */
const ARMS_OF_DISTINCT_BATCHES: readonly string[] = ['structured-clone' satisfies EncodeArmName & ExportArmName];

const CACHE_SPAN_COUNTS = [8, DISTINCT_SPAN_COUNT, BATCH_SPAN_COUNT];
const CACHE_ARMS: readonly EncodeArmName[] = ['otlp-json', 'otlp-protobuf', 'msgpackr-sequential', 'offloop', 'memcpy'];
const CACHE_PAYLOADS: readonly PayloadName[] = ['S', 'L'];

const LOAD_SPANS_PER_SECOND = 1_000;
const LOAD_PAYLOADS: readonly PayloadName[] = ['S', 'L'];

const SATURATION_BATCH_SIZES = [512, 2_048, 8_192];

const SWEEP_ARMS: readonly EncodeArmName[] = ['otlp-json', 'otlp-protobuf', 'offloop'];
const SWEEP_ATTRIBUTE_COUNTS = [1, 8, 32, 128];
const SWEEP_TEXTS: readonly (readonly [name: string, bytes: number])[] = [
  ['10 B', 10],
  ['100 B', 100],
  ['1 kB', 1_000],
  ['10 kB', 10_000],
  ['100 kB', 100_000],
  ['1 MB', 1_000_000],
];
const SWEEP_RATES = [100, 1_000, 10_000];

const PLANNERS: Readonly<Record<SectionName, (size: PlanSize, seed: number) => Trial[]>> = {
  encode: (size) =>
    cross(ENCODE_ARM_NAMES, size.payloads, (arm, name) => planEncode('encode', arm, name, PAYLOADS[name], size)),

  cache: (size) =>
    CACHE_PAYLOADS.flatMap((payloadName) => [
      ...cross(CACHE_ARMS, CACHE_SPAN_COUNTS, (arm, distinctSpanCount) => ({
        section: 'cache' as const,
        arm,
        column: `${payloadName} ${distinctSpanCount}`,
        task: encodeTask(arm, PAYLOADS[payloadName], size, distinctSpanCount),
      })),
      ...CACHE_ARMS.map((arm) => ({
        section: 'cache' as const,
        arm,
        column: `${payloadName} new`,
        task: { type: 'fresh' as const, arm, payload: PAYLOADS[payloadName], measureMillis: size.encodeMillis },
      })),
    ]),

  out: (size, seed) =>
    cross(EXPORT_ARM_NAMES, size.payloads, (arm, name) => ({
      section: 'out',
      arm,
      column: name,
      task: {
        type: 'bursts',
        arm,
        payload: PAYLOADS[name],
        distinctSpanCount: chooseDistinctSpanCount(arm, DISTINCT_SPAN_COUNT),
        measureMillis: size.exportMillis,
        seed,
      },
    })),

  load: (size) =>
    cross(EXPORT_ARM_NAMES, LOAD_PAYLOADS, (arm, name) => ({
      section: 'load',
      arm,
      column: name,
      task: pacedTask(arm, PAYLOADS[name], LOAD_SPANS_PER_SECOND, size.loadMillis),
    })),

  allocations: (size) =>
    cross(ENCODE_ARM_NAMES, size.payloads, (arm, name) => ({
      section: 'allocations',
      arm,
      column: name,
      task: { type: 'allocations', arm, payload: PAYLOADS[name] },
    })),

  start: () =>
    (['offloop', 'otlp-json', 'otlp-protobuf'] as const).map((arm) => ({
      section: 'start',
      arm,
      column: 'start',
      task: { type: 'start', arm },
    })),

  block: (size, seed) =>
    EXPORT_ARM_NAMES.map((arm) => ({
      section: 'block',
      arm,
      column: 'block',
      task: { type: 'block', arm, measureMillis: size.exportMillis, seed },
    })),

  sustained: (size) =>
    cross(EXPORT_ARM_NAMES.filter(leavesTheProcess), SATURATION_BATCH_SIZES, (arm, maxExportBatchSize) => ({
      section: 'sustained',
      arm,
      column: String(maxExportBatchSize),
      task: { type: 'saturation', arm, payload: PAYLOADS.S, maxExportBatchSize, measureMillis: size.exportMillis },
    })),

  sweep: (size) => [
    ...cross(SWEEP_ARMS, SWEEP_ATTRIBUTE_COUNTS, (arm, count) =>
      planEncode('sweep', arm, `${count} attributes`, payloadOfAttributes(count), size),
    ),
    ...cross(SWEEP_ARMS, SWEEP_TEXTS, (arm, [name, bytes]) =>
      planEncode('sweep', arm, name, payloadOfText(name, bytes), size),
    ),
    ...cross(EXPORT_ARM_NAMES, SWEEP_RATES, (arm, spansPerSecond) => ({
      section: 'sweep' as const,
      arm,
      column: `${spansPerSecond}/s`,
      task: pacedTask(arm, PAYLOADS.S, spansPerSecond, size.pacedMillis),
    })),
  ],
};

/** The trials of one round, in the order of the tables. */
export function planRound(sections: readonly SectionName[], size: PlanSize, seed: number): Trial[] {
  return sections.flatMap((section) => PLANNERS[section](size, seed));
}

function planEncode(section: SectionName, arm: EncodeArmName, column: string, payload: Payload, size: PlanSize): Trial {
  return { section, arm, column, task: encodeTask(arm, payload, size, DISTINCT_SPAN_COUNT) };
}

function encodeTask(arm: EncodeArmName, payload: Payload, size: PlanSize, wantedSpanCount: number): Task {
  const distinctSpanCount = chooseDistinctSpanCount(arm, wantedSpanCount);
  return { type: 'encode', arm, payload, distinctSpanCount, measureMillis: size.encodeMillis };
}

function chooseDistinctSpanCount(arm: string, wantedSpanCount: number): number {
  return ARMS_OF_DISTINCT_BATCHES.includes(arm) ? BATCH_SPAN_COUNT : wantedSpanCount;
}

function pacedTask(arm: ExportArmName, payload: Payload, spansPerSecond: number, measureMillis: number): Task {
  return { type: 'paced', arm, payload, spansPerSecond, measureMillis };
}

function leavesTheProcess(arm: ExportArmName): boolean {
  return arm !== 'control' && arm !== 'structured-clone';
}

function cross<A, B>(rows: readonly A[], columns: readonly B[], plan: (row: A, column: B) => Trial): Trial[] {
  return rows.flatMap((row) => columns.map((column) => plan(row, column)));
}
