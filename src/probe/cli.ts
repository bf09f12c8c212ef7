import { accessSync, constants } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { writeHtmlReport } from '../report/html-report.js';
import { describeTerminal } from '../report/terminal.js';
import { LivePanel } from './live-panel.js';
import { type ProbeArguments, ProbeError, parseProbeArguments } from './probe-arguments.js';
import { describeProbe } from './probe-document.js';
import { ProbedProgram, type ProgramEnd, passOn } from './probed-program.js';
import { type ProbedThread, RecordFolder } from './record-folder.js';
import { writeAttachUrl } from './thread-record.js';
import { writeThreadReport } from './thread-report.js';

const HELP = `Usage: offloop probe [options] -- node app.js ...

Runs a program as it is and measures how long the event loop of each of its Node.js processes and worker threads keeps
a request waiting. Prints the histograms to standard error when the program ends, and while it runs on a terminal.

Options:
  --duration S                measure the first S seconds only, and report then; the program runs on
  --json FILE                 write [{ pid, threadId, argv, snapshot }, ...]
  --html FILE                 write a page with charts that needs no network
  --help                      show this

Signals are passed on, and the probe ends as the program does: same exit code, same signal. A thread that is killed
loses at most its last second. Programs need Node 20.19 or newer; what clears NODE_OPTIONS is not measured. A Node.js
before 18.18 refuses to start under the probe (exit code 9): it knows no --import, which the probe adds to NODE_OPTIONS.
`;

const READ_INTERVAL_MILLIS = 1_000;
/** For the last record of a thread whose loop is blocked just then. */
const LAST_RECORD_MILLIS = 500;

/**
 * `offloop probe`: runs a program and reports on its event loops.
 *
 * @returns the program's exit code; 2 on wrong arguments, 127 where the command does not exist, 126 where it may not be
 * run, 1 where the report can't be written and the program itself ended well.
 */
export async function runProbe(args: string[]): Promise<number> {
  try {
    const parsed = parseProbeArguments(args);
    if (parsed === 'help') {
      process.stdout.write(HELP);
      return 0;
    }
    for (const file of [parsed.jsonFile, parsed.htmlFile]) if (file !== undefined) expectWritableFolder(file);
    const { end, isWritten } = await probe(parsed);
    const exitCode = passOn(end);
    return exitCode === 0 && !isWritten ? 1 : exitCode;
  } catch (error) {
    if (!(error instanceof ProbeError)) throw error;
    say(error.message);
    return error.exitCode;
  }
}

interface ProbeOutcome {
  readonly end: ProgramEnd;
  /** Whether all that was asked for could be written. */
  readonly isWritten: boolean;
}

/** Leaves nothing behind: its folder is gone and signals end this process again. */
async function probe(options: ProbeArguments): Promise<ProbeOutcome> {
  const folder = new RecordFolder();
  const untilUnixMillis = Date.now() + options.durationMillis;
  const attachUrl = writeAttachUrl({ folder: folder.path, untilUnixMillis });
  const program = new ProbedProgram(options.command, options.commandArgs, attachUrl);
  const panel = LivePanel.openOn(process.stderr);
  const reading = setInterval(() => panel?.draw(folder.readThreads()), READ_INTERVAL_MILLIS);
  try {
    const stopped = Number.isFinite(options.durationMillis)
      ? new Promise((done) => setTimeout(done, options.durationMillis + LAST_RECORD_MILLIS).unref())
      : new Promise<never>(() => {});
    await Promise.race([program.end, stopped]);
    clearInterval(reading);
    panel?.close();
    const isWritten = await report(folder.readThreads(), options);
    return { end: await program.end, isWritten };
  } finally {
    clearInterval(reading);
    panel?.close();
    folder.remove();
    program.release();
  }
}

/** @returns whether all that was asked for could be written. */
async function report(threads: readonly ProbedThread[], options: ProbeArguments): Promise<boolean> {
  if (threads.length === 0) {
    say(
      `no data: '${options.command}' started no Node.js process, or one that is older than 20.19 or clears NODE_OPTIONS`,
    );
  } else {
    process.stderr.write(`\n${writeThreadReport(threads, describeTerminal(process.stderr))}\n`);
  }
  try {
    if (options.jsonFile !== undefined) await writeFile(options.jsonFile, `${JSON.stringify(threads)}\n`);
    if (options.htmlFile !== undefined) {
      await writeFile(options.htmlFile, writeHtmlReport(describeProbe(threads, options)));
    }
    return true;
  } catch (error) {
    say(`the report can't be written: ${(error as Error).message}`);
    return false;
  }
}

/** Before the program runs: to find out after an hour would be late. */
function expectWritableFolder(file: string): void {
  const folder = dirname(resolve(file));
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw new ProbeError(2, `can't write to ${folder}: expected a folder that exists and may be written`);
  }
}

function say(message: string): void {
  process.stderr.write(`offloop probe: ${message}\n`);
}
