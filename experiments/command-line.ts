import { parseArgs } from 'node:util';

/** Something the user wrote or chose that can't work; its message is the whole explanation. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The values of `--name value` options, each present: what was written, else its default. */
export type OptionValues<Name extends string> = Readonly<Record<Name, string>>;

export interface NumberRange {
  readonly min: number;
  readonly max: number;
  /** Takes fractions too. @default false */
  readonly fractional?: boolean;
}

/**
 * Reads `--name value` options; an option whose default is `undefined` must be given.
 *
 * @throws {UsageError} for an unknown option, a missing value, or an argument that belongs to no option.
 */
export function readOptions<Name extends string>(
  defaults: Readonly<Record<Name, string | undefined>>,
  words: readonly string[] = process.argv.slice(2),
): OptionValues<Name> {
  const names = Object.keys(defaults) as Name[];
  const { values, positionals } = parseArgs({
    args: [...words],
    options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
    strict: false,
    allowPositionals: true,
  });
  const known = names.map((name) => `--${name}`).join(', ');
  for (const name of Object.keys(values)) {
    if (!Object.hasOwn(defaults, name)) throw new UsageError(`unknown option '--${name}'; expected ${known}`);
  }
  // After the options: the value of an unknown one is a stray word too.
  const [stray] = positionals;
  if (stray !== undefined) throw new UsageError(`unexpected argument '${stray}'; expected ${known}`);
  const settled = {} as Record<Name, string>;
  for (const name of names) {
    const value = values[name] ?? defaults[name];
    if (typeof value !== 'string')
      throw new UsageError(`--${name}: expected a value after it; write --${name} <value>`);
    settled[name] = value;
  }
  return settled;
}

/** @throws {UsageError} when the option's value is not a number in `range`. */
export function readNumber<Name extends string>(values: OptionValues<Name>, name: Name, range: NumberRange): number {
  const text = values[name];
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= range.min && value <= range.max && (range.fractional || Number.isInteger(value))) return value;
  const kind = range.fractional ? 'a number' : 'a whole number';
  throw new UsageError(`--${name}: expected ${kind} from ${range.min} to ${range.max}, got '${text}'`);
}

/** @throws {UsageError} when the option's value is not one of `choices`. */
export function readChoice<Name extends string, Choice extends string>(
  values: OptionValues<Name>,
  name: Name,
  choices: readonly Choice[],
): Choice {
  const text = values[name];
  const chosen = choices.find((choice) => choice === text);
  if (chosen !== undefined) return chosen;
  throw new UsageError(`--${name}: expected one of ${choices.join(', ')}, got '${text}'`);
}

/** @throws {UsageError} when the option's value is not an http: URL. */
export function readHttpUrl<Name extends string>(values: OptionValues<Name>, name: Name): string {
  const text = values[name];
  if (URL.canParse(text) && new URL(text).protocol === 'http:') return text.replace(/\/+$/, '');
  throw new UsageError(`--${name}: expected a URL such as http://127.0.0.1:4318, got '${text}'`);
}

/** Runs a program's main function; a fault the user can mend ends it with one line and exit code 1. */
export async function runProgram(name: string, main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    const line = describeUsersFault(error);
    if (line === undefined) throw error;
    // Not process.exit(): on a pipe the line would be lost. The channel would keep the process alive.
    process.stderr.write(`${name}: ${line}\n`);
    process.exitCode = 1;
    if (process.connected) process.disconnect();
  }
}

function describeUsersFault(error: unknown): string | undefined {
  if (error instanceof UsageError) return error.message;
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  if ('path' in error && 'syscall' in error && ['mkdir', 'open', 'write'].includes(String(error.syscall))) {
    return `can't write to ${error.path} (${error.code}); choose another folder with --results`;
  }
  const port = 'port' in error ? error.port : 'the';
  if (error.code === 'EADDRINUSE') {
    return `port ${port} is taken; end the program that holds it, or choose another with --port (0 takes any free one)`;
  }
  if (error.code === 'EACCES') return `port ${port} needs privileges; choose one from 1024 up with --port`;
  return undefined;
}
