import { parseArgs } from 'node:util';
import { isSecretText } from './config/secrets.js';
import type { ExplainChoice } from './explain/explanation.js';
import { GateError } from './gate-error.js';
import type { GateMode } from './gate-result.js';

export interface GateArguments {
  /** Null: `offloop.gate.json`, where there is one. */
  readonly configFile: string | null;
  /** Over what the file says, in order: the path of a key, and its value. */
  readonly settings: readonly (readonly [path: string, value: unknown])[];
  readonly mode: GateMode;
  /** Where `--save` writes. */
  readonly baselineFile: string | null;
  readonly mayReplace: boolean;
  readonly seed: number | null;
  readonly explain: ExplainChoice;
  readonly outputs: GateOutputs;
}

/** Files; null: not asked for. */
export interface GateOutputs {
  readonly json: string | null;
  readonly markdown: string | null;
  readonly junit: string | null;
  readonly html: string | null;
}

/** What is said often has a flag of its own; `--set` says everything. */
const KEY_FLAGS = {
  start: { path: 'service.command', isText: true },
  'ready-url': { path: 'service.ready.url', isText: true },
  'ready-line': { path: 'service.ready.line', isText: true },
  'ready-port': { path: 'service.ready.port', isText: false },
  'load-url': { path: 'load.url', isText: true },
  rate: { path: 'load.requestsPerSecond', isText: false },
  'load-command': { path: 'load.command', isText: true },
  ref: { path: 'reference.ref', isText: true },
  prepare: { path: 'reference.prepare', isText: true },
  baseline: { path: 'reference.baseline', isText: true },
  'margin-millis': { path: 'figures.arrivalWeightedP99Millis.absoluteMargin', isText: false },
  'budget-millis': { path: 'figures.arrivalWeightedP99Millis.budget', isText: false },
} as const;

type KeyFlag = keyof typeof KEY_FLAGS;

const SEE_HELP = 'Run: offloop gate --help';

/** @throws {GateError} for anything that is not as the help says. */
export function parseGateArguments(args: readonly string[]): GateArguments | 'help' {
  const values = parseOptions(args);
  if (values.help === true) return 'help';
  if (values['self-check'] === true && values.save !== undefined) {
    throw new GateError(`expected --self-check or --save, got both. ${SEE_HELP}`);
  }
  if (values.explain === true && values['no-explain'] === true) {
    throw new GateError(`expected --explain or --no-explain, got both. ${SEE_HELP}`);
  }
  return {
    configFile: values.config ?? null,
    settings: [...listKeySettings(values), ...(values.set ?? []).map(parseSetting)],
    mode: values['self-check'] === true ? 'self-check' : values.save === undefined ? 'compare' : 'save',
    baselineFile: values.save ?? null,
    mayReplace: values.force === true,
    seed: values.seed === undefined ? null : parseSeed(values.seed),
    explain: values.explain === true ? 'always' : values['no-explain'] === true ? 'never' : 'when regressed',
    outputs: {
      json: values.json ?? null,
      markdown: values.markdown ?? null,
      junit: values.junit ?? null,
      html: values.html ?? null,
    },
  };
}

function parseOptions(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const keyFlags = Object.fromEntries(Object.keys(KEY_FLAGS).map((name) => [name, text])) as Record<
    KeyFlag,
    typeof text
  >;
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      options: {
        ...keyFlags,
        config: text,
        set: { type: 'string', multiple: true },
        'self-check': flag,
        save: text,
        force: flag,
        seed: text,
        explain: flag,
        'no-explain': flag,
        json: text,
        markdown: text,
        junit: text,
        html: text,
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    // The message goes on with advice that is about parseArgs rather than about the gate.
    const problem = (error as Error).message.split(/[.\n]/, 1)[0];
    throw new GateError(`${problem}. ${SEE_HELP}`, { cause: error });
  }
}

function listKeySettings(values: Readonly<Partial<Record<KeyFlag, string>>>): (readonly [string, unknown])[] {
  return (Object.keys(KEY_FLAGS) as KeyFlag[]).flatMap((name) => {
    const value = values[name];
    const { path, isText } = KEY_FLAGS[name];
    return value === undefined ? [] : [[path, isText ? value : readValue(value)] as const];
  });
}

function parseSetting(text: string): readonly [string, unknown] {
  const [, path, value] = /^([\w$-]+(?:\.[\w$-]+)*)=(.*)$/s.exec(text) ?? [];
  if (path === undefined || value === undefined) {
    throw new GateError(
      `--set: expected KEY=VALUE, as in trial.measuredMillis=4000, got '${text.split('=', 1)[0]}' for KEY. ${SEE_HELP}`,
    );
  }
  const read = readValue(value);
  // A token may well look like a number, and a body like an object.
  return [path, isSecretText(path) && typeof read !== 'string' && read !== null ? value : read];
}

/** JSON where it is JSON, otherwise the text itself: nobody wants to quote a command twice. */
function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function parseSeed(text: string): number {
  const seed = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (seed <= 0xffff_ffff) return seed;
  throw new GateError(`--seed: expected a whole number from 0 to ${0xffff_ffff}, got '${text}'. ${SEE_HELP}`);
}
