import { join } from 'node:path';
import { SHAPE_NAMES, type ShapeName } from '../bench/capture/shapes.js';
import type { ValueOfBlock } from '../claims/claim.js';
import { findNewest, RESULTS } from '../results-folders.js';
import { type CaptureArm, captureCase } from '../studies/capture-off-loop/cases.js';
import { ratioOf } from '../studies/capture-off-loop/verdict.js';
import { oneCore } from '../studies/one-core/study.js';
import { readStudyRun } from '../studies/run-study.js';
import { slowSink } from '../studies/slow-sink/study.js';
import type { Study, StudyTable } from '../studies/study.js';
import { writeStudyTable } from './study-table.js';

const microsOf =
  (arm: CaptureArm, shape: ShapeName): ValueOfBlock =>
  (figure) =>
    figure(captureCase(arm, shape), 'processMicros');

/** Of the arms of the study those that a user has: JSON on the spot, and a snapshot. */
export const CAPTURE_TABLE: StudyTable = {
  title: 'A capture on the main thread: CPU, garbage collection included',
  columns: [{ head: '`JSON.stringify`, µs' }, { head: 'snapshot, µs' }, { head: 'gain, times', hasInterval: true }],
  rows: SHAPE_NAMES.map((shape) => ({
    label: shape,
    values: [microsOf('stringify', shape), microsOf('snapshot', shape), ratioOf('snapshot', shape)],
  })),
};

export const SLOW_SINK_TABLE = findTable(slowSink, /^The receiver takes/);
export const ONE_CORE_TABLE = findTable(oneCore, /on one core$/);

const CHOOSING_PAGE = join('docs', 'choosing.md');

/** Tables of the newest run of a study in documents, by the study's name. */
export const STUDY_TABLES = [
  { document: CHOOSING_PAGE, name: 'slow-sink', table: SLOW_SINK_TABLE },
  { document: CHOOSING_PAGE, name: 'one-core', table: ONE_CORE_TABLE },
  { document: join('docs', 'langfuse.md'), name: 'capture-off-loop', table: CAPTURE_TABLE },
].map(({ document, name, table }) => ({
  document,
  name,
  write: async () => {
    const folder = await findNewest(name);
    return folder === undefined
      ? `No reference run yet: \`npm run experiment -- ${name} --reference --results ${RESULTS}/${name}/DATE\`.`
      : writeStudyTable(table, await readStudyRun(folder), `../${folder}`);
  },
}));

function findTable({ name, tables }: Study, title: RegExp): StudyTable {
  const found = tables.find((table) => title.test(table.title));
  if (found === undefined) throw new Error(`${name}: expected a table whose title is like ${title}`);
  return found;
}
