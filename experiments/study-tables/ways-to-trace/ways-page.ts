import { join } from 'node:path';
import { CLAIMS } from '../../claims/index.js';
import { readClaimRun } from '../../claims/run-claim.js';
import { findMatrixRun } from '../../matrix/matrix-record.js';
import { describeLoad } from '../../report/describe-load.js';
import { findNewest } from '../../results-folders.js';
import { readRun } from '../../runner/raw-data.js';
import type { Run } from '../../runner/run-record.js';
import { type RecordedClaim, type RecordedClaims, writeMakingTree, writeSendingTree } from './ways-tables.js';
import { writeWaysBySending, writeWaysInMatrix } from './ways-together.js';

const WAYS_PAGE = join('docs', 'ways-to-trace.md');
const CLAIM_NAMES = ['ways', 'ways-export', 'm2-nesting'];
/** In the order in which an arm is looked for: the first has most of them at one load. */
const SCENARIO_NAMES = ['export-arms', 'langfuse'];
const MATRIX = 'matrix';

/** What stands between the marks of docs/ways-to-trace.md. */
export const WAYS_TABLES = [
  {
    document: WAYS_PAGE,
    name: 'ways-to-make',
    write: async () => writeBlock([writeMakingTree(await readClaims()), await linkRuns(['ways', 'm2-nesting'])]),
  },
  {
    document: WAYS_PAGE,
    name: 'ways-to-send',
    write: async () => {
      const scenarios = await readScenarios();
      const loads = [...scenarios].map(([name, run]) => `- \`${name}\`: ${describeRun(run)}.`);
      const links = await linkRuns([...SCENARIO_NAMES, 'ways-export']);
      return writeBlock([writeSendingTree(await readClaims(), scenarios), loads.join('\n'), links]);
    },
  },
  {
    document: WAYS_PAGE,
    name: 'ways-together',
    write: async () => {
      const folder = await findNewest(MATRIX);
      const matrix = folder === undefined ? undefined : await findMatrixRun(folder);
      const inMatrix = matrix === undefined ? '' : writeWaysInMatrix(matrix);
      return writeBlock([writeWaysBySending(await readClaims()), inMatrix, await linkRuns(['ways-export', MATRIX])]);
    },
  },
];

function writeBlock(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}

async function readClaims(): Promise<RecordedClaims> {
  const claims = new Map<string, RecordedClaim>();
  for (const name of CLAIM_NAMES) {
    const [claim, folder] = [CLAIMS.find((candidate) => candidate.name === name), await findNewest(name)];
    if (claim === undefined) throw new Error(`expected a claim '${name}'`);
    if (folder !== undefined) claims.set(name, { claim, run: await readClaimRun(folder) });
  }
  return claims;
}

async function readScenarios(): Promise<Map<string, Run>> {
  const scenarios = new Map<string, Run>();
  for (const name of SCENARIO_NAMES) {
    const folder = await findNewest(name);
    if (folder !== undefined) scenarios.set(name, await readRun(folder));
  }
  return scenarios;
}

function describeRun({ scenario, size }: Run): string {
  return `${scenario.title}; ${describeLoad(scenario)}; ${size.blockCount} blocks`;
}

async function linkRuns(names: readonly string[]): Promise<string> {
  const links: string[] = [];
  for (const name of names) {
    const folder = await findNewest(name);
    const made = `\`npm run experiment -- ${name} --reference --results results/${name}/DATE\``;
    links.push(folder === undefined ? `no run of ${made} yet` : `[${name}](../${folder}/summary.md)`);
  }
  return `<sub>The newest recorded runs: ${links.join(', ')}. Written by \`npm run docs:tables\`.</sub>`;
}
