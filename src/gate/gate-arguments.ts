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
  /** Where the machine alone is why it can't be judged, the exit code is 0. */
  readonly toleratesNoise: boolean;
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

const TEXT = { type: 'string' } as const;
const FLAG = { type: 'boolean' } as const;

const OPTIONS = {
  ...(Object.fromEntries(Object.keys(KEY_FLAGS).map((name) => [name, TEXT])) as Record<KeyFlag, typeof TEXT>),
  config: TEXT,
  set: { type: 'string', multiple: true },
  'self-check': FLAG,
  save: TEXT,
  force: FLAG,
  seed: TEXT,
  explain: FLAG,
  'no-explain': FLAG,
  'tolerate-noise': FLAG,
  json: TEXT,
  markdown: TEXT,
  junit: TEXT,
  html: TEXT,
  help: { type: 'boolean', short: 'h' },
} as const;

const OUTPUT_NAMES = ['json', 'markdown', 'junit', 'html'] as const satisfies (keyof GateOutputs)[];

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
  if (values['tolerate-noise'] === true && values.save !== undefined) {
    throw new GateError(
      `expected --save or --tolerate-noise, got both: what can't be told can't be saved either. ${SEE_HELP}`,
    );
  }
  for (const name of [...OUTPUT_NAMES, 'save'] as const) {
    if (values[name] === '')
      throw new GateError(`--${name}: expected the name of a file, got an empty text. ${SEE_HELP}`);
  }
  return {
    configFile: values.config ?? null,
    settings: [...listKeySettings(values), ...(values.set ?? []).map(parseSetting)],
    mode: values['self-check'] === true ? 'self-check' : values.save === undefined ? 'compare' : 'save',
    baselineFile: values.save ?? null,
    mayReplace: values.force === true,
    seed: values.seed === undefined ? null : parseSeed(values.seed),
    explain: values.explain === true ? 'always' : values['no-explain'] === true ? 'never' : 'when regressed',
    toleratesNoise: values['tolerate-noise'] === true,
    outputs: readOutputs((name) => values[name]),
  };
}

/**
 * Where results are to go, also of arguments that are wrong otherwise: what an earlier run left there would pass for
 * the answer.
 */
export function findOutputs(args: readonly string[]): GateOutputs {
  return readOutputs((name) => {
    // Not by parseArgs: it takes the option behind one that lacks its value for that value.
    const files = args.map((arg, index) =>
      args[index - 1] === `--${name}` && !arg.startsWith('-') ? arg : arg.match(`^--${name}=(.*)$`)?.[1],
    );
    return files.findLast((file) => file !== undefined && file !== '');
  });
}

function readOutputs(read: (name: keyof GateOutputs) => string | undefined): GateOutputs {
  const files = OUTPUT_NAMES.map((name) => [name, read(name) ?? null] as const);
  return Object.fromEntries(files) as Record<keyof GateOutputs, string | null>;
}

function parseOptions(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], strict: true, options: OPTIONS }).values;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // Its message goes on with advice that is about parseArgs rather than about the gate, or shows what may be a token.
    const problem =
      code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL'
        ? 'expected options only, got an argument that belongs to none (--set takes one KEY=VALUE, and may be repeated)'
        : // Behind what can be a name may be a value, as in '--load.headers.x: token'.
          message.replace(/^(Unknown option '[\w$.-]+)[^\w$.'-].*$/s, "$1…'").split(/\.\s|\n/, 1)[0];
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
    // Where the key ends, nobody knows: behind it may be a token.
    const [start] = /^[\w$.-]*/.exec(text) ?? [];
    const got = text.includes('=') ? `'${start}…' for KEY` : 'no =';
    throw new GateError(`--set: expected KEY=VALUE, as in trial.measuredMillis=4000, got ${got}. ${SEE_HELP}`);
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
