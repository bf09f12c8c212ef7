import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

export const RESULTS = 'results';

/** Whatever was run last here; not committed. */
const LOCAL_RESULTS = 'local';

/** Of every committed run, as `compare/2026-11-22`; one that has only live runs of the gate is none yet. */
export async function listResults(): Promise<string[]> {
  const kinds = (await listFolders(RESULTS)).filter((kind) => kind !== LOCAL_RESULTS);
  const folders = await Promise.all(
    kinds.map(async (kind) => (await listFolders(join(RESULTS, kind))).map((name) => `${kind}/${name}`)),
  );
  return folders.flat().filter((name) => existsSync(join(RESULTS, name, 'raw.jsonl')));
}

/** By name; none where there is no such folder. Folders of runs are named by date, so the last is the newest. */
export async function listFolders(parent: string): Promise<string[]> {
  const entries = existsSync(parent) ? await readdir(parent, { withFileTypes: true }) : [];
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** The folder of the newest committed run of a kind; undefined where there is none. */
export async function findNewest(kind: string): Promise<string | undefined> {
  const newest = (await listFolders(join(RESULTS, kind))).at(-1);
  return newest === undefined ? undefined : join(RESULTS, kind, newest);
}
