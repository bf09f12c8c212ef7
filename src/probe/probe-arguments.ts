import { parseArgs } from 'node:util';

export interface ProbeArguments {
  readonly jsonFile: string | undefined;
  readonly htmlFile: string | undefined;
  /** `Infinity` where the whole run is measured. */
  readonly durationMillis: number;
  readonly command: string;
  readonly commandArgs: readonly string[];
}

/** Something the user wrote that can't work; its message is the whole explanation. */
export class ProbeError extends Error {
  override readonly name = 'ProbeError';
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

const SEE_HELP = 'Run: offloop probe --help';
const MAX_SECONDS = 2_000_000;

/** @throws {ProbeError} for anything that is not as the help says. */
export function parseProbeArguments(args: readonly string[]): ProbeArguments | 'help' {
  const separator = args.indexOf('--');
  const values = parseOptions(args.slice(0, separator === -1 ? undefined : separator));
  if (values.help) return 'help';
  const [command, ...commandArgs] = separator === -1 ? [] : args.slice(separator + 1);
  if (command === undefined) {
    throw new ProbeError(2, `expected the program after --, as in: offloop probe -- node app.js. ${SEE_HELP}`);
  }
  return {
    jsonFile: values.json,
    htmlFile: values.html,
    durationMillis: values.duration === undefined ? Number.POSITIVE_INFINITY : parseSeconds(values.duration) * 1_000,
    command,
    commandArgs,
  };
}

function parseOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      strict: true,
      options: {
        json: { type: 'string' },
        html: { type: 'string' },
        duration: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    // The message goes on with advice that is about parseArgs rather than about the probe.
    const problem = (error as Error).message.split(/[.\n]/, 1)[0];
    throw new ProbeError(2, `${problem}. The program stands after --. ${SEE_HELP}`);
  }
}

function parseSeconds(text: string): number {
  const seconds = text.trim() === '' ? Number.NaN : Number(text);
  if (seconds > 0 && seconds <= MAX_SECONDS) return seconds;
  throw new ProbeError(2, `--duration: expected seconds, above 0 and up to ${MAX_SECONDS}, got '${text}'. ${SEE_HELP}`);
}
