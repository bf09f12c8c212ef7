import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Verdict } from '../soak/verdicts.js';

/** What `npm run soak` said of one scenario. */
export interface SoakVerdicts {
  readonly scenario: string;
  readonly verdicts: readonly Verdict[];
}

const RUN_FOLDER = /^\d{4}-\d{2}-\d{2}-(.+)$/;

/** The newest run of each scenario under a folder with runs named DATE-SCENARIO; none where there is no such folder. */
export async function readSoakVerdicts(folder: string): Promise<SoakVerdicts[]> {
  const newest = new Map<string, string>();
  for (const name of (await listFolder(folder)).sort()) {
    const scenario = RUN_FOLDER.exec(name)?.[1];
    if (scenario !== undefined) newest.set(scenario, name);
  }
  const runs = [...newest].map(async ([scenario, name]) => {
    const file = join(folder, name, 'raw.jsonl');
    const [first = '', ...rest] = (await readFile(file, 'utf8')).trim().split('\n');
    const header = JSON.parse(first) as { readonly scenario: string };
    const { verdicts } = JSON.parse(rest.at(-1) ?? '{}') as Partial<SoakVerdicts>;
    if (header.scenario !== scenario || verdicts === undefined) {
      throw new Error(`${file}: expected a whole run of ${scenario} that ends with its verdicts; repeat npm run soak`);
    }
    return { scenario, verdicts };
  });
  return Promise.all(runs);
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
