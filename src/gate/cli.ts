import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { COLUMN_COUNT, describeTerminal } from '../report/terminal.js';
import { writeBaseline } from './baseline.js';
import { loadGateConfig } from './config/load-config.js';
import { redactArguments } from './config/secrets.js';
import { findOutputs, type GateArguments, parseGateArguments } from './gate-arguments.js';
import { describeProblem, GateError } from './gate-error.js';
import { type GateResult, RESULT_VERSION, toExitCode } from './gate-result.js';
import { HELP } from './help.js';
import { expectWritableFile } from './output/expect-writable-file.js';
import { foldText } from './output/fold-text.js';
import { annotateGithub } from './output/github.js';
import { loadJunitBuilder } from './output/junit-report.js';
import { writeTerminalReport } from './output/terminal-report.js';
import { writeOutputs } from './output/write-outputs.js';
import { describeProvenance } from './provenance.js';
import { runGate } from './run-gate.js';
import { isTolerated } from './tolerance.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const CANNOT_JUDGE = 2;
const MAX_SEED = 0xffff_ffff;

/**
 * `offloop gate`: runs a service and what it is compared with, and judges.
 *
 * @returns the exit code: 0 holds or is tolerated, 1 regressed, 2 can't judge.
 */
export async function runGateCommand(args: string[]): Promise<number> {
  process.once('uncaughtException', endUnexpectedly);
  // Where the options themselves are wrong, any of them may be a token that was meant for --set.
  let command = 'offloop gate ...';
  let outputs = findOutputs(args);
  try {
    const parsed = parseGateArguments(args);
    if (parsed === 'help') {
      process.stdout.write(HELP);
      return 0;
    }
    outputs = parsed.outputs;
    command = describeCommand(args);
    return await judge(parsed, command);
  } catch (error) {
    const problem = describeProblem(error);
    say(`can't judge: ${problem}`);
    const result = failWith(problem, command);
    for (const failure of await writeOutputs(result, outputs)) say(`note: ${failure}`);
    await annotate(result, false);
    return CANNOT_JUDGE;
  } finally {
    process.off('uncaughtException', endUnexpectedly);
  }
}

/** Node.js would exit with 1, which is a regression. */
function endUnexpectedly(error: unknown): void {
  say(`can't judge: ${describeProblem(error)}`);
  process.exit(CANNOT_JUDGE);
}

/**
 * What can't be written once it is judged takes nothing of the verdict out of the other files.
 *
 * @returns the exit code.
 * @throws whatever keeps it from a result.
 */
async function judge(parsed: GateArguments, command: string): Promise<number> {
  const { outputs, mode, explain, toleratesNoise, baselineFile, mayReplace } = parsed;
  const config = await loadGateConfig(parsed);
  // To find out after six minutes would be late.
  for (const file of [...Object.values(outputs), baselineFile]) if (file !== null) expectWritableFile(file);
  if (baselineFile !== null && !mayReplace && existsSync(baselineFile)) {
    throw new GateError(`--save: ${baselineFile} is there already; replace it with --force, or name another file`);
  }
  if (outputs.junit !== null) await loadJunitBuilder();
  const provenance = describeProvenance(command, parsed.seed ?? randomInt(MAX_SEED));
  const interruption = new Interruption();
  try {
    const { interrupted } = interruption;
    const { result, baseline } = await runGate({
      config,
      mode,
      explain,
      provenance,
      interrupted,
      onProgress: sayProgress,
    });
    process.stdout.write(`${writeTerminalReport(result, describeTerminal(process.stdout))}\n`);
    const failures = await writeOutputs(result, outputs);
    if (baselineFile !== null && baseline !== null) {
      await writeBaseline(baselineFile, baseline, mayReplace).catch((error: unknown) => {
        failures.push(describeProblem(error));
      });
    }
    const tolerated = isTolerated(result, toleratesNoise);
    await annotate(result, tolerated);
    for (const failure of failures) say(`${failure}; the exit code is ${CANNOT_JUDGE}`);
    if (failures.length > 0) return CANNOT_JUDGE;
    if (tolerated) say('not judged, and tolerated (--tolerate-noise): exit code 0');
    return tolerated ? 0 : toExitCode(result);
  } finally {
    interruption.release();
  }
}

async function annotate(result: GateResult, tolerated: boolean): Promise<void> {
  try {
    await annotateGithub(result, tolerated);
  } catch (error) {
    say(`note: the job's summary can't be written: ${describeProblem(error)}`);
  }
}

/** Ctrl-C and the like end the run in good order; the second time at once. */
class Interruption {
  readonly interrupted: Promise<never>;
  #reject: (error: GateError) => void = () => {};
  #hasCome = false;
  readonly #listeners = SIGNALS.map((signal) => [signal, () => this.#interrupt(signal)] as const);

  constructor() {
    this.interrupted = new Promise((_, reject) => {
      this.#reject = reject;
    });
    this.interrupted.catch(() => {});
    for (const [signal, listener] of this.#listeners) process.on(signal, listener);
  }

  release(): void {
    for (const [signal, listener] of this.#listeners) process.off(signal, listener);
  }

  #interrupt(signal: NodeJS.Signals): void {
    // What still runs is killed by the handlers of the exit.
    if (this.#hasCome) process.exit(CANNOT_JUDGE);
    this.#hasCome = true;
    say(`${signal}: ending what runs ...`);
    this.#reject(new GateError(`interrupted by ${signal}`));
  }
}

function say(line: string): void {
  process.stderr.write(`offloop gate: ${line}\n`);
}

/** Whatever a user's command or a trial's fault adds to it. An error stays one line, for whoever looks for it. */
function sayProgress(line: string): void {
  const lines = foldText(`offloop gate: ${line.replaceAll(/\s*\n\s*/g, ' ')}`, COLUMN_COUNT - INDENT.length);
  process.stderr.write(`${lines.join(`\n${INDENT}`)}\n`);
}

const INDENT = '  ';

/** What to type to repeat it. */
function describeCommand(args: readonly string[]): string {
  const quoted = redactArguments(args).map((arg) =>
    /^[\w./:=@-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`,
  );
  return ['offloop', 'gate', ...quoted].join(' ');
}

/** For what is wrong before anything could run. */
function failWith(problem: string, command: string): GateResult {
  return {
    version: RESULT_VERSION,
    mode: 'compare',
    verdict: 'cannot judge',
    sentence: `can't judge: ${problem}`,
    cause: 'fault',
    hint: null,
    referenceName: null,
    figures: [],
    confidence: null,
    pairCount: 0,
    trials: [],
    explanation: null,
    durationMillis: 0,
    notes: [],
    provenance: describeProvenance(command, 0),
    config: null,
  };
}
