import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeHtmlReport } from '#report/html-report';
import { readRun } from '../runner/raw-data.js';
import type { Run } from '../runner/run-record.js';
import { describeRun } from './html-document.js';

const HELP = `Usage: offloop report DIR [options]

Writes a run's figures as one HTML page that needs no network. DIR is what an experiment wrote: it holds raw.jsonl.

Options:
  --out FILE                  where to write it (default DIR/report.html)
  --help                      show this
`;

interface ReportArguments {
  readonly folder: string;
  readonly outFile: string;
}

/** Something the user wrote or chose that can't work; its message is the whole explanation. */
class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * `offloop report`: writes the HTML report of a run.
 *
 * @returns the exit code: 0 when it is written, 1 when the run can't be read or the page can't be written, 2 on wrong
 * arguments.
 */
export async function runReport(args: string[]): Promise<number> {
  try {
    const parsed = parseReportArguments(args);
    if (parsed === 'help') {
      process.stdout.write(HELP);
      return 0;
    }
    const page = writeHtmlReport(describeRun(await read(parsed.folder)));
    await write(parsed.outFile, page);
    process.stdout.write(
      `offloop report: wrote ${parsed.outFile} (${Math.ceil(Buffer.byteLength(page) / 1_000)} kB)\n`,
    );
    return 0;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    process.stderr.write(`offloop report: ${error.message}\n`);
    return error.exitCode;
  }
}

function parseReportArguments(args: string[]): ReportArguments | 'help' {
  const { values, positionals } = parseFlags(args);
  if (values.help === true) return 'help';
  const [folder, stray] = positionals;
  if (folder === undefined) {
    throw new CommandError(2, 'expected the folder of a run, got none. Run: offloop report --help');
  }
  if (stray !== undefined)
    throw new CommandError(2, `expected one folder, got '${stray}' too; report on one at a time`);
  return { folder, outFile: values.out ?? join(folder, 'report.html') };
}

function parseFlags(args: string[]) {
  try {
    return parseArgs({
      args,
      options: { out: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
  } catch (error) {
    // The message goes on with advice that is about parseArgs rather than about the report.
    throw new CommandError(2, `${(error as Error).message.split(/[.\n]/, 1)[0]}. Run: offloop report --help`);
  }
}

async function read(folder: string): Promise<Run> {
  try {
    return await readRun(folder);
  } catch (error) {
    throw new CommandError(1, (error as Error).message);
  }
}

async function write(file: string, page: string): Promise<void> {
  try {
    await writeFile(file, page);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandError(1, `can't write to ${file} (${code}); choose another file with --out`);
  }
}
