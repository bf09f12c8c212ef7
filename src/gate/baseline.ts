import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { OffloopConfigError } from '../errors.js';
import { expectFields, expectNumber, fail } from './config/checks.js';
import type { Environment, GateConfig, LoadConfig, ServiceVariant, TrialSize } from './config/gate-config.js';
import { parseVariant } from './config/parse-config.js';
import { parseJson } from './config/parse-json.js';
import { FIGURE_NAMES, type FigureName } from './figures.js';
import { GateError } from './gate-error.js';
import type { Provenance } from './provenance.js';
import type { FigureSeries } from './verdict/judge-figure.js';

/** What `offloop gate --save` leaves: how a service stood to its control. */
export interface Baseline {
  readonly version: typeof BASELINE_VERSION;
  /** The service itself, but for this. */
  readonly control: { readonly env: Environment; readonly command?: string };
  /** Without its headers, which may hold a token, and with a hash of its body. */
  readonly load: object;
  readonly trial: TrialSize;
  readonly figures: Readonly<Partial<Record<FigureName, BaselineFigure>>>;
  readonly provenance: Provenance;
}

export interface BaselineFigure {
  /** Service over control, a block each. Nothing else is compared: milliseconds are those of one machine. */
  readonly ratios: readonly number[];
}

const BASELINE_VERSION = 1;
const KEYS = ['version', 'control', 'load', 'trial', 'figures', 'provenance'];

/** @throws {GateError} where a judged figure has no ratio to its control. */
export function makeBaseline(
  control: ServiceVariant,
  { load, trial, figures: rules }: Pick<GateConfig, 'load' | 'trial' | 'figures'>,
  series: readonly FigureSeries[],
  provenance: Provenance,
): Baseline {
  const figures = series.flatMap(({ figure, candidate, reference }) => {
    const ratios = candidate.map((value, index) => value / (reference?.[index] ?? Number.NaN));
    if (ratios.length > 0 && ratios.every(Number.isFinite)) return [[figure, { ratios }] as const];
    if (rules[figure] === undefined) return [];
    throw new GateError(
      `--save: ${figure} has no ratio to the control, whose figure is 0 or unknown in some blocks; ` +
        'leave it out of figures, or compare with reference.variant',
    );
  });
  return {
    version: BASELINE_VERSION,
    control: writeControl(control),
    load: describeLoad(load),
    trial,
    figures: Object.fromEntries(figures),
    provenance,
  };
}

/** @throws {GateError} where a file is there already and may not be replaced, or can't be written. */
export async function writeBaseline(file: string, baseline: Baseline, mayReplace: boolean): Promise<void> {
  try {
    await writeFile(file, `${JSON.stringify(baseline, undefined, 2)}\n`, { flag: mayReplace ? 'w' : 'wx' });
  } catch (error) {
    throw new GateError(`--save: ${file} can't be written: ${(error as Error).message}`, { cause: error });
  }
}

/** @throws {GateError} where the file can't be read, is no baseline, or was made under another load or window. */
export async function readBaseline(
  file: string,
  { load, trial }: Pick<GateConfig, 'load' | 'trial'>,
): Promise<Baseline> {
  let baseline: Baseline;
  try {
    baseline = parseBaseline(parseJson(await readFile(file, 'utf8')));
  } catch (error) {
    throw new GateError(
      `reference.baseline: ${file} is no baseline (${(error as Error).message}); make one with: offloop gate --save FILE`,
      { cause: error },
    );
  }
  const here = describeLoad(load);
  if (isDeepStrictEqual(baseline.load, here) && isDeepStrictEqual(baseline.trial, trial)) return baseline;
  throw new GateError(
    `reference.baseline: ${file} was made with ${JSON.stringify({ load: baseline.load, trial: baseline.trial })}, ` +
      `the config says ${JSON.stringify({ load: here, trial })}; make it anew with: offloop gate --save FILE`,
  );
}

/** In how many blocks a judged figure can be compared. */
export function countRatios({ figures }: Baseline, judged: readonly FigureName[]): number {
  return Math.min(...judged.map((figure) => figures[figure]?.ratios.length ?? 0));
}

/**
 * What the candidate would have measured had it stood to the control as it did then: in each block the control of now
 * times a ratio of then. The pairs that come of it vary as much as both runs did, so nothing is taken to be known better
 * than it is.
 */
export function expectByBaseline(series: FigureSeries, { figures }: Baseline): FigureSeries {
  const ratios = figures[series.figure]?.ratios ?? [];
  const reference = series.reference?.map((control, index) => control * (ratios[index] ?? Number.NaN)) ?? null;
  return { ...series, reference };
}

function parseBaseline(value: unknown): Baseline {
  const fields = expectFields('baseline', value, KEYS);
  if (fields['version'] !== BASELINE_VERSION)
    return fail('baseline.version', String(BASELINE_VERSION), fields['version']);
  for (const key of ['load', 'trial', 'provenance'] as const) {
    if (typeof fields[key] !== 'object' || fields[key] === null) fail(`baseline.${key}`, 'an object', fields[key]);
  }
  const figures = expectFields('baseline.figures', fields['figures'], FIGURE_NAMES);
  return {
    ...(fields as unknown as Baseline),
    control: writeControl(parseVariant('baseline.control', fields['control'])),
    figures: Object.fromEntries(
      Object.entries(figures).map(([name, figure]) => [name, parseFigure(`baseline.figures.${name}`, figure)]),
    ),
  };
}

/** As a config would say it. */
function writeControl({ env, command }: ServiceVariant): Baseline['control'] {
  return command === null ? { env } : { env, command };
}

function parseFigure(key: string, value: unknown): BaselineFigure {
  const { ratios } = expectFields(key, value, ['ratios']);
  if (!Array.isArray(ratios)) throw new OffloopConfigError(`${key}.ratios`, 'expected a list of numbers');
  return {
    ratios: ratios.map((ratio, index) => expectNumber(`${key}.ratios[${index}]`, ratio, { min: 0, max: 1e9 })),
  };
}

/** What must be the same for two runs to be comparable. */
function describeLoad(load: LoadConfig): object {
  if (load.type === 'command') return { ...load };
  const { headers: _, body, ...described } = load;
  return { ...described, body: body === null ? null : `sha256:${createHash('sha256').update(body).digest('hex')}` };
}
