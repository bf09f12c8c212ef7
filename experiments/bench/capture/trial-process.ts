// One shape by one arm, in a process that has run nothing else.
import { readCpuTimes } from '../thread-clock.js';
import { ARMS, type ArmName, type CaptureArm } from './arms.js';
import { SHAPES, type ShapeName } from './shapes.js';

/** Distinct values, as long as they have no more characters than this together. */
const MAX_DISTINCT_COUNT = 64;
const MAX_POOL_CHARACTERS = 8_000_000;

/** Spans that are open at a time: a capture waits for so many others before its span ends. */
const OPEN_SPAN_COUNT = 16;

/** What the trial's process prints. */
export interface CaptureFigures {
  readonly captureCount: number;
  readonly threadMicros: number;
  /** Per capture, of all threads: garbage collection's own among them. */
  readonly processMicros: number;
}

const [armName, shapeName, measureMillis] = process.argv.slice(2) as [ArmName, ShapeName, string];
const values = makeValues(shapeName);
const arm = ARMS[armName]();
run(arm, values, Number(measureMillis) / 2);
const before = readCpuTimes();
const captureCount = run(arm, values, Number(measureMillis));
const after = readCpuTimes();
const figures: CaptureFigures = {
  captureCount,
  threadMicros: (after.threadMicros - before.threadMicros) / captureCount,
  processMicros: (after.processMicros - before.processMicros) / captureCount,
};
process.stdout.write(JSON.stringify(figures));

/** As a service has them: parsed a moment ago, every text a string of its own. */
function makeValues(name: ShapeName): unknown[] {
  const make = SHAPES[name];
  const texts = [JSON.stringify(make(0))];
  const count = Math.min(MAX_DISTINCT_COUNT, Math.ceil(MAX_POOL_CHARACTERS / (texts[0] as string).length));
  for (let turn = 1; turn < count; turn++) texts.push(JSON.stringify(make(turn)));
  return texts.map((text): unknown => JSON.parse(text));
}

function run({ capture, write }: CaptureArm, pool: readonly unknown[], millis: number): number {
  const open: unknown[] = [];
  const end = performance.now() + millis;
  let count = 0;
  do {
    for (const value of pool) {
      const slot = count % OPEN_SPAN_COUNT;
      if (count >= OPEN_SPAN_COUNT) write(open[slot]);
      open[slot] = capture(value);
      count++;
    }
  } while (performance.now() < end);
  return count;
}
