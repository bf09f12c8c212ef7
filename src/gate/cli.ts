import { randomInt } from 'node:crypto';
import { accessSync, constants, existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { writeHtmlReport } from '../report/html-report.js';
import { COLUMN_COUNT, describeTerminal } from '../report/terminal.js';
import { writeBaseline } from './baseline.js';
import { loadGateConfig } from './config/load-config.js';
import { redactArguments } from './config/secrets.js';
import { type GateArguments, type GateOutputs, parseGateArguments } from './gate-arguments.js';
import { describeProblem, GateError } from './gate-error.js';
import { type GateResult, RESULT_VERSION, toExitCode } from './gate-result.js';
import { HELP } from './help.js';
import { foldText } from './output/fold-text.js';
import { describeGate } from './output/gate-document.js';
import { annotateGithub } from './output/github.js';
import { writeHtmlExplanation } from './output/html-explanation.js';
import { loadJunitBuilder, writeJunitReport } from './output/junit-report.js';
import { writeMarkdownReport } from './output/markdown-report.js';
import { writeTerminalReport } from './output/terminal-report.js';
import { describeProvenance } from './provenance.js';
import { runGate } from './run-gate.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const CANNOT_JUDGE = 2;
const MAX_SEED = 0xffff_ffff;

/**
 * `offloop gate`: runs a service and what it is compared with, and judges.
 *
 * @returns the exit code: 0 holds, 1 regressed, 2 can't judge.
 */
export async function runGateCommand(args: string[]): Promise<number> {
  process.once('uncaughtException', endUnexpectedly);
  let outputs: GateOutputs | null = null;
  try {
    const parsed = parseGateArguments(args);
    if (parsed === 'help') {
      process.stdout.write(HELP);
      return 0;
    }
    outputs = parsed.outputs;
    return toExitCode(await judge(parsed, args));
  } catch (error) {
    const problem = describeProblem(error);
    say(`can't judge: ${problem}`);
    const result = failWith(problem, args);
    if (outputs !== null) {
      await writeOutputs(result, outputs).catch((failure: unknown) => say(`note: ${describeProblem(failure)}`));
    }
    await annotate(result);
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

async function judge(parsed: GateArguments, args: readonly string[]): Promise<GateResult> {
  const { outputs, mode, explain, baselineFile, mayReplace } = parsed;
  const config = await loadGateConfig(parsed);
  // To find out after six minutes would be late.
  for (const file of [...Object.values(outputs), baselineFile]) if (file !== null) expectWritableFolder(file);
  if (baselineFile !== null && !mayReplace && existsSync(baselineFile)) {
    throw new GateError(`--save: ${baselineFile} is there already; replace it with --force, or name another file`);
  }
  if (outputs.junit !== null) await loadJunitBuilder();
  const provenance = describeProvenance(describeCommand(args), parsed.seed ?? randomInt(MAX_SEED));
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
    if (baselineFile !== null && baseline !== null) await writeBaseline(baselineFile, baseline, mayReplace);
    process.stdout.write(`${writeTerminalReport(result, describeTerminal(process.stdout))}\n`);
    await writeOutputs(result, outputs);
    if (outputs.html !== null)
      await write(outputs.html, writeHtmlReport(describeGate(result), writeHtmlExplanation(result)));
    await annotate(result);
    return result;
  } finally {
    interruption.release();
  }
}

/** For programs to read: also where nothing could be run, or what an earlier run left would pass for the answer. */
async function writeOutputs(result: GateResult, { json, markdown, junit }: GateOutputs): Promise<void> {
  if (json !== null) await write(json, `${JSON.stringify(result)}\n`);
  if (markdown !== null) await write(markdown, writeMarkdownReport(result));
  if (junit !== null) await write(junit, writeJunitReport(result, await loadJunitBuilder()));
}

async function annotate(result: GateResult): Promise<void> {
  try {
    await annotateGithub(result);
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

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new GateError(`${file} can't be written: ${(error as Error).message}`, { cause: error });
  }
}

function expectWritableFolder(file: string): void {
  const folder = dirname(resolve(file));
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new GateError(`can't write to ${folder}: expected a folder that exists and may be written`, { cause: error });
  }
}

/** What to type to repeat it. */
function describeCommand(args: readonly string[]): string {
  const quoted = redactArguments(args).map((arg) =>
    /^[\w./:=@-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`,
  );
  return ['offloop', 'gate', ...quoted].join(' ');
}

/** For what is wrong before anything could run. */
function failWith(problem: string, args: readonly string[]): GateResult {
  return {
    version: RESULT_VERSION,
    mode: 'compare',
    verdict: 'cannot judge',
    sentence: `can't judge: ${problem}`,
    hint: null,
    referenceName: null,
    figures: [],
    confidence: null,
    pairCount: 0,
    trials: [],
    explanation: null,
    durationMillis: 0,
    notes: [],
    provenance: describeProvenance(describeCommand(args), 0),
    config: null,
  };
}
