import type { CaseOrder } from '../claims/case-order.js';
import { expectRoom, readCaseRun, recordCases, reportCases, UNCLEAR_EXIT_CODE } from '../claims/case-record.js';
import { describeTerminal } from '../report/terminal.js';
import { describeProvenance } from '../runner/provenance.js';
import type { Study, StudyBench, StudyHeader, StudyOrder, StudyOutcome, StudyRun } from './study.js';
import { drawStudy, writeStudySummary } from './study-report.js';

/** Measures a study, records it, and says on the terminal what was found. */
export async function runStudy(order: CaseOrder<Study>): Promise<void> {
  const { experiment: study, folder } = order;
  const obstacle = study.findObstacle?.() ?? null;
  if (obstacle !== null) {
    process.stderr.write(`${study.name}: ${obstacle}\n`);
    process.exitCode = UNCLEAR_EXIT_CODE;
    return;
  }
  const run = await measureStudy(order);
  await reportCases(folder, run.trials, {
    summary: writeStudySummary(study, run),
    drawn: drawStudy(study, run, describeTerminal(process.stdout)),
  });
}

/** Reads a run of a study back from its folder. @throws {Error} when the folder has none. */
export function readStudyRun(folder: string): Promise<StudyRun> {
  return readCaseRun<StudyHeader>(folder);
}

async function measureStudy(order: CaseOrder<Study>): Promise<StudyRun> {
  const { experiment: study, size, seed, command } = order;
  expectRoom(order);
  const provenance = describeProvenance(command, seed);
  const bench = await study.open();
  try {
    const header: StudyHeader = { study: study.name, size, provenance, inputs: bench.inputs ?? null };
    return await recordCases(order, header, (block) => async (caseName) => {
      const trial = { case: caseName, block };
      return { ...trial, ...(await attempt(bench, { ...trial, seed: seed + block, settings: size.settings })) };
    });
  } finally {
    await bench.end();
  }
}

async function attempt(bench: StudyBench, order: StudyOrder): Promise<StudyOutcome> {
  try {
    return await bench.measure(order);
  } catch (error) {
    return { figures: {}, faults: [`the trial failed: ${(error as Error).message}`] };
  }
}
