import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Claim } from '../claims/claim.js';
import { CLAIMS } from '../claims/index.js';
import { readClaimRun } from '../claims/run-claim.js';
import { findNewest, RESULTS } from '../results-folders.js';
import { readRun } from '../runner/raw-data.js';
import { AUTO_FLUSH_FINDINGS, type AutoFlushFinding } from './auto-flush-finding.js';
import { writeAutoFlushSection } from './auto-flush-section.js';
import { type RecordedFlush, writeAutoFlushShape } from './auto-flush-shape.js';
import { CONTENTS } from './contents.js';
import { type RecordedRuns, writeContents } from './contents-table.js';
import { type Finding, LANGUAGES, type Language, type Texts } from './finding.js';
import { FINDINGS } from './findings.js';
import { writeFinding } from './findings-table.js';
import { writeNoRun } from './words.js';

const PAGES: Readonly<Record<Language, string>> = {
  en: join('docs', 'findings.md'),
  vi: join('docs', 'findings.vi.md'),
};

/** Of all scenarios of M6 together. */
const FLUSH_SHAPE = 'm6-shape';

/** Measures, shape by shape, what M3 has of a few. */
const CAPTURE_STUDY = 'capture-off-loop';

const CAPTURE_SHAPES: Texts = {
  en: 'For which shapes making the JSON in the worker pays, and for which it does not',
  vi: 'Dạng dữ liệu nào có lợi khi tạo JSON trong worker và dạng nào thì không (tiếng Anh)',
};

/** What stands between the marks of docs/findings.md and docs/findings.vi.md. */
export const FINDINGS_TABLES = LANGUAGES.flatMap((language) => {
  const document = PAGES[language];
  return [
    { document, name: 'contents', write: async () => writeContents(CONTENTS, await readRecordedRuns(), language) },
    ...FINDINGS.map((finding) => ({ document, name: finding.claim, write: () => writeClaim(finding, language) })),
    { document, name: CAPTURE_STUDY, write: () => writeCaptureStudy(language) },
    { document, name: FLUSH_SHAPE, write: () => writeShape(language) },
    ...AUTO_FLUSH_FINDINGS.map((finding) => ({
      document,
      name: finding.scenario,
      write: () => writeAutoFlush(finding, language),
    })),
  ];
});

async function writeClaim(finding: Finding, language: Language): Promise<string> {
  const claim = findClaim(finding.claim);
  const folder = await findNewest(claim.name);
  if (folder === undefined) return writeMissing(claim.name, language);
  return writeFinding({ claim, finding, run: await readClaimRun(folder), folder: `../${folder}` }, language);
}

async function writeAutoFlush(finding: AutoFlushFinding, language: Language): Promise<string> {
  const { scenario, name } = finding;
  const folder = await findNewest(scenario);
  if (folder === undefined) return `**${name[language]}.** ${writeMissing(scenario, language)}`;
  const hasReport = existsSync(join(folder, 'report.html'));
  return writeAutoFlushSection({ finding, run: await readRun(folder), folder: `../${folder}`, hasReport }, language);
}

async function writeShape(language: Language): Promise<string> {
  const recorded: RecordedFlush[] = [];
  for (const finding of AUTO_FLUSH_FINDINGS) {
    const folder = await findNewest(finding.scenario);
    if (folder !== undefined) recorded.push({ finding, run: await readRun(folder) });
  }
  return writeAutoFlushShape(recorded, language);
}

async function writeCaptureStudy(language: Language): Promise<string> {
  const folder = await findNewest(CAPTURE_STUDY);
  if (folder === undefined) return writeMissing(CAPTURE_STUDY, language);
  return `${CAPTURE_SHAPES[language]}: [summary.md](../${folder}/summary.md).`;
}

async function readRecordedRuns(): Promise<RecordedRuns> {
  // Several lines show rows of one claim.
  const claimNames = new Set(CONTENTS.flatMap(({ source }) => ('claim' in source ? source.claim : [])));
  const scenarioNames = new Set(CONTENTS.flatMap(({ source }) => ('scenario' in source ? source.scenario : [])));
  return {
    claims: await readNewest(claimNames, async (folder, name) => ({
      claim: findClaim(name),
      run: await readClaimRun(folder),
    })),
    scenarios: await readNewest(scenarioNames, readRun),
  };
}

/** By name; without those that nobody has recorded. */
async function readNewest<Recorded>(
  names: ReadonlySet<string>,
  read: (folder: string, name: string) => Promise<Recorded>,
): Promise<Map<string, Recorded>> {
  const recorded = new Map<string, Recorded>();
  for (const name of names) {
    const folder = await findNewest(name);
    if (folder !== undefined) recorded.set(name, await read(folder, name));
  }
  return recorded;
}

function writeMissing(name: string, language: Language): string {
  return writeNoRun(`npm run experiment -- ${name} --reference --results ${RESULTS}/${name}/DATE`, language);
}

function findClaim(name: string): Claim {
  const claim = CLAIMS.find((candidate) => candidate.name === name);
  if (claim === undefined) throw new Error(`findings: expected a claim, got '${name}'`);
  return claim;
}
