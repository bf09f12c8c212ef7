import ora, { type Ora } from 'ora';
import { formatDuration } from './format-figure.js';

export interface ProgressOptions {
  readonly stepCount: number;
  /** How long a step takes as far as is known before one has ended. */
  readonly expectedStepMillis: number;
  /** @default process.stderr */
  readonly output?: NodeJS.WriteStream;
  /** Monotonic. @default performance.now */
  readonly readMillis?: () => number;
}

/** Tells someone who waits which step is under way, and how long the rest will take. */
export interface Progress {
  /** Ends the step before, if any, and begins the next. */
  begin(text: string): void;
  /** Ends the last step; nothing is shown any more. */
  end(): void;
}

/** On a terminal one line that changes, otherwise one plain line a step. */
export function startProgress({
  stepCount,
  expectedStepMillis,
  output = process.stderr,
  readMillis = () => performance.now(),
}: ProgressOptions): Progress {
  const startMillis = readMillis();
  let stepIndex = -1;
  let stepStartMillis = startMillis;
  const display = output.isTTY ? new SpinnerDisplay(output) : new LineDisplay(output);
  return {
    begin(text) {
      stepIndex += 1;
      stepStartMillis = readMillis();
      const step = { stepIndex, stepCount, text };
      const endedMillis = stepStartMillis - startMillis;
      display.show(() => {
        const inStepMillis = readMillis() - stepStartMillis;
        const times = { endedMillis, inStepMillis, expectedStepMillis };
        return describeStep({ ...step, remainingMillis: estimateRemainingMillis({ ...step, ...times }) });
      });
    },
    end: () => display.end(),
  };
}

/** A step as one line of text. */
export function describeStep(step: {
  readonly stepIndex: number;
  readonly stepCount: number;
  readonly text: string;
  readonly remainingMillis: number;
}): string {
  const left = step.remainingMillis > 0 ? `about ${formatDuration(step.remainingMillis)} left` : 'nearly done';
  return `[${step.stepIndex + 1}/${step.stepCount}] ${step.text}, ${left}`;
}

/** From the mean of the steps that ended, or what was expected where none has. */
export function estimateRemainingMillis(step: {
  readonly stepIndex: number;
  readonly stepCount: number;
  readonly endedMillis: number;
  readonly inStepMillis: number;
  readonly expectedStepMillis: number;
}): number {
  const stepMillis = step.stepIndex > 0 ? step.endedMillis / step.stepIndex : step.expectedStepMillis;
  const laterStepCount = step.stepCount - step.stepIndex - 1;
  return Math.max(0, stepMillis - step.inStepMillis) + stepMillis * Math.max(0, laterStepCount);
}

const REFRESH_MILLIS = 1_000;

class SpinnerDisplay {
  readonly #spinner: Ora;
  #timer: NodeJS.Timeout | undefined;

  constructor(output: NodeJS.WriteStream) {
    // Left to itself ora takes over standard input, and Ctrl-C with it, and decides again whether this is a terminal.
    this.#spinner = ora({ stream: output, discardStdin: false, isEnabled: true });
  }

  show(describe: () => string): void {
    clearInterval(this.#timer);
    this.#spinner.start(describe());
    this.#timer = setInterval(() => {
      this.#spinner.text = describe();
    }, REFRESH_MILLIS).unref();
  }

  end(): void {
    clearInterval(this.#timer);
    this.#spinner.stop();
  }
}

class LineDisplay {
  readonly #output: NodeJS.WriteStream;

  constructor(output: NodeJS.WriteStream) {
    this.#output = output;
  }

  show(describe: () => string): void {
    this.#output.write(`${describe()}\n`);
  }

  end(): void {}
}
