import { describeValue, SinkError } from './sink-error.js';

export type DecodeMode = 'full' | 'deferred';

export interface SinkOptions {
  /** The TCP port, 0 for a free one. @default 4318 */
  readonly port?: number;
  /** The address to listen on. @default '127.0.0.1' */
  readonly host?: string;
  /**
   * `full` decodes a request before it answers. `deferred` stores the body and decodes it when a report is asked for,
   * so that the sink takes little CPU from a service that is being measured; a malformed body is then answered 200
   * and counted late. @default 'full'
   */
  readonly decode?: DecodeMode;
  /**
   * The size of a body, as it comes and decompressed, past which it is answered 413; from 0, in bytes. In `deferred`
   * mode only the size as it comes counts for the answer. @default 67108864
   */
  readonly maxBodyBytes?: number;
  /** How many spans to keep for `spans()`; the first ones are kept, from 0. @default 0 */
  readonly maxKeptSpanCount?: number;
  /**
   * How many span ids, and as many trace ids, are remembered to tell duplicates and to count traces; from 0 (off).
   * A remembered span takes about 70 bytes. Past the limit the oldest are forgotten and the report says how many.
   * @default 1000000
   */
  readonly maxTrackedSpanCount?: number;
  /**
   * The bytes of bodies that `deferred` mode stores, from 0; past the limit a body is decoded at once, so that no
   * count is lost, and the report says how many were. @default 536870912
   */
  readonly maxDeferredBytes?: number;
  /** How many of the last requests to keep the headers of, from 0. @default 16 */
  readonly maxKeptRequestCount?: number;
}

export type ResolvedSinkOptions = Required<SinkOptions>;

interface NumberOption {
  readonly max: number;
  readonly default: number;
  readonly help: string;
}

type NumberOptionName = Exclude<keyof SinkOptions, 'host' | 'decode'>;

const MAX_BUFFER_BYTES = 2 ** 31 - 1;

const DECODE_MODES: readonly DecodeMode[] = ['full', 'deferred'];

const NUMBER_OPTIONS: Readonly<Record<NumberOptionName, NumberOption>> = {
  port: { max: 65_535, default: 4318, help: 'TCP port, 0 for a free one' },
  maxBodyBytes: { max: MAX_BUFFER_BYTES, default: 64 * 1024 * 1024, help: 'larger bodies are answered 413' },
  maxKeptSpanCount: { max: 10_000_000, default: 0, help: 'spans to keep for GET /control/spans' },
  maxTrackedSpanCount: { max: 10_000_000, default: 1_000_000, help: 'ids to remember to tell duplicates, 0 for none' },
  maxDeferredBytes: { max: Number.MAX_SAFE_INTEGER, default: 512 * 1024 * 1024, help: 'bodies stored undecoded' },
  maxKeptRequestCount: { max: 10_000, default: 16, help: 'last requests to keep the headers of' },
};

/**
 * Fills in the defaults and checks every value.
 *
 * @throws SinkError `ERR_SINK_OPTION`: which option, what was expected, what came.
 */
export function resolveSinkOptions(options: SinkOptions): ResolvedSinkOptions {
  const { host = '127.0.0.1', decode = 'full' } = options;
  if (typeof host !== 'string' || host === '') rejectOption('host', 'an address or host name', host);
  if (!DECODE_MODES.includes(decode)) rejectOption('decode', DECODE_MODES.join(' or '), decode);
  const unknownName = Object.keys(options).find((name) => !isOptionName(name));
  if (unknownName !== undefined) {
    throw new SinkError(
      'ERR_SINK_OPTION',
      `${unknownName}: unknown option; expected one of ${OPTION_NAMES.join(', ')}`,
    );
  }
  const number = (name: NumberOptionName) => resolveNumber(name, options[name]);
  return {
    host,
    decode,
    port: number('port'),
    maxBodyBytes: number('maxBodyBytes'),
    maxKeptSpanCount: number('maxKeptSpanCount'),
    maxTrackedSpanCount: number('maxTrackedSpanCount'),
    maxDeferredBytes: number('maxDeferredBytes'),
    maxKeptRequestCount: number('maxKeptRequestCount'),
  };
}

/** The flags of `offloop sink`, one for each option, in the form `node:util` parseArgs takes. */
export const SINK_FLAGS: Readonly<Record<string, { type: 'string' }>> = Object.fromEntries(
  ['host', 'decode', ...Object.keys(NUMBER_OPTIONS)].map((name) => [toFlag(name), { type: 'string' }]),
);

/** One line of help for each flag. */
export function describeSinkFlags(): string[] {
  const numbers = Object.entries(NUMBER_OPTIONS).map(([name, option]) => ({
    flag: `--${toFlag(name)} N`,
    text: `${option.help} (default ${option.default})`,
  }));
  const flags = [
    { flag: '--host ADDRESS', text: 'address to listen on (default 127.0.0.1)' },
    { flag: '--decode full|deferred', text: 'decode before answering, or when a report is asked for (default full)' },
    ...numbers,
  ];
  return flags.map(({ flag, text }) => `  ${flag.padEnd(28)}${text}`);
}

/** Turns the values of {@link SINK_FLAGS} into options; numbers are only parsed, not yet checked. */
export function toSinkOptions(flags: Readonly<Record<string, unknown>>): SinkOptions {
  const entries = OPTION_NAMES.flatMap((name): [string, unknown][] => {
    const text = flags[toFlag(name)];
    if (text === undefined) return [];
    return [[name, name in NUMBER_OPTIONS ? toNumber(String(text)) : text]];
  });
  return Object.fromEntries(entries);
}

/** Turns options into flags for a process of the sink's own. */
export function toSinkArgs(options: SinkOptions): string[] {
  return Object.entries(options).map(([name, value]) => `--${toFlag(name)}=${value}`);
}

const OPTION_NAMES: readonly string[] = ['host', 'decode', ...Object.keys(NUMBER_OPTIONS)];

function isOptionName(name: string): boolean {
  return OPTION_NAMES.includes(name);
}

function toFlag(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Text that is no plain number stays text, for the error message to show it as it was written. */
function toNumber(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text;
}

function resolveNumber(name: NumberOptionName, value: unknown): number {
  const option = NUMBER_OPTIONS[name];
  if (value === undefined) return option.default;
  const isValid = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= option.max;
  return isValid ? value : rejectOption(name, `an integer from 0 to ${option.max}`, value);
}

function rejectOption(name: string, expected: string, value: unknown): never {
  throw new SinkError('ERR_SINK_OPTION', `${toFlag(name)}: expected ${expected}, got ${describeValue(value)}`);
}
