import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SHAPE_NAMES, type ShapeName } from '../../bench/capture/shapes.js';
import type { CaptureFigures } from '../../bench/capture/trial-process.js';
import type { ValueOfBlock } from '../../claims/claim.js';
import type { Study, StudyBench, StudyOrder, StudyOutcome } from '../study.js';
import { CAPTURE_ARMS, CAPTURE_CASES, type CaptureArm, captureCase } from './cases.js';
import { judgeCaptureOffLoop, ratioOf } from './verdict.js';

/** A child process needs JavaScript: run from the sources, as tests are, this is the build beside them. */
const TRIAL_PROCESS = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts')
      ? '../../../dist/experiments/bench/capture/trial-process.js'
      : '../../bench/capture/trial-process.js',
    import.meta.url,
  ),
);

const TIMEOUT_MILLIS = 60_000;

const microsOf =
  (arm: CaptureArm, shape: ShapeName): ValueOfBlock =>
  (figure) =>
    figure(captureCase(arm, shape), 'processMicros');

export const captureOffLoop: Study = {
  name: 'capture-off-loop',
  title: 'an object handed over as it is, against JSON on the loop',
  question:
    'What it costs the thread that captures an object and ends its span, garbage collection included, in microseconds ' +
    'of CPU: JSON.stringify on the spot; msgpack of a snapshot, v8.serialize or a structured clone, of which the worker ' +
    'makes the JSON. What the worker pays for that is not in it.',
  cases: CAPTURE_CASES.map(({ name }) => name),
  sizes: {
    quick: { blockCount: 1, expectedTrialMillis: 550, settings: { measureMillis: 100 } },
    standard: { blockCount: 6, expectedTrialMillis: 750, settings: { measureMillis: 200 } },
    reference: { blockCount: 10, expectedTrialMillis: 850, settings: { measureMillis: 300 } },
  },
  open,
  tables: [
    {
      title: 'Main thread, microseconds a capture',
      columns: CAPTURE_ARMS.map((arm) => ({ head: arm })),
      rows: SHAPE_NAMES.map((shape) => ({ label: shape, values: CAPTURE_ARMS.map((arm) => microsOf(arm, shape)) })),
    },
    {
      title: 'JSON.stringify over it: above 1 it pays, below 1 it loses',
      columns: [{ head: 'snapshot', hasInterval: true }, { head: 'v8.serialize' }, { head: 'structuredClone' }],
      rows: SHAPE_NAMES.map((shape) => ({
        label: shape,
        values: CAPTURE_ARMS.filter((arm) => arm !== 'stringify').map((arm) => ratioOf(arm, shape)),
      })),
    },
  ],
  verdict: judgeCaptureOffLoop,
};

async function open(): Promise<StudyBench> {
  return { measure, end: async () => {} };
}

async function measure({ case: name, settings }: StudyOrder): Promise<StudyOutcome> {
  const own = CAPTURE_CASES.find((candidate) => candidate.name === name);
  if (own === undefined) throw new Error(`expected a case of capture-off-loop, got '${name}'`);
  const words = [TRIAL_PROCESS, own.arm, own.shape, String(settings['measureMillis'])];
  const { stdout } = await promisify(execFile)(process.execPath, words, { timeout: TIMEOUT_MILLIS });
  const { captureCount, threadMicros, processMicros } = JSON.parse(stdout) as CaptureFigures;
  return { figures: { captureCount, threadMicros, processMicros }, faults: [] };
}
