import { appendFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const RAW_FILE = 'raw.jsonl';

/** The lines of a run's raw data. */
export interface RawLines {
  /** Where the run comes from; undefined where it is no JSON. */
  readonly header: unknown;
  /** The further lines, in their order. A torn last one, of a trial that was being written when the lab was killed, is left out. */
  readRecords(): readonly unknown[];
}

/** Reads a folder's raw.jsonl; undefined where there is none. */
export async function readRawLines(folder: string): Promise<RawLines | undefined> {
  const text = await readFile(join(folder, RAW_FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const [first = '', ...lines] = text.split('\n');
  // Every line is written with its end: what follows the last one is empty, or torn.
  return { header: parseHeader(first), readRecords: () => lines.slice(0, -1).map((line) => JSON.parse(line)) };
}

/** Writes a folder's raw.jsonl anew, whole or not at all; what was made from the data that was there before goes first. */
export async function writeRawLines(
  folder: string,
  lines: readonly object[],
  derivedFiles: readonly string[],
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const derived of derivedFiles) await rm(join(folder, derived), { force: true });
  const file = join(folder, RAW_FILE);
  await writeFile(`${file}.new`, lines.map(writeLine).join(''));
  await rename(`${file}.new`, file);
}

export async function appendRawLine(folder: string, record: object): Promise<void> {
  await appendFile(join(folder, RAW_FILE), writeLine(record));
}

function parseHeader(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function writeLine(record: object): string {
  return `${JSON.stringify(record)}\n`;
}
