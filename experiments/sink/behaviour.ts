import { describeValue, SinkError } from './sink-error.js';

/** When a fault fires: on every OTLP request unless told otherwise. Requests are counted from when it was set. */
export interface FaultSchedule {
  /** Fires on every k-th request only, from 1. @default 1 */
  readonly everyRequestCount?: number;
  /** Fires so many times and then no more, from 1. @default no limit */
  readonly fireCount?: number;
}

/** `after-accepting` counts the spans and loses the answer: what makes an honest exporter send twice. */
type ResetMoment = 'before-reading' | 'after-reading' | 'after-accepting';

export interface FailFault extends FaultSchedule {
  /** The status to answer, 300 to 599. The spans are not accepted. */
  readonly status: number;
  /** Sends a Retry-After header so many seconds long, from 0. @default no header */
  readonly retryAfterSeconds?: number;
  /** The form the header takes. @default 'seconds' */
  readonly retryAfterForm?: 'seconds' | 'http-date';
  /** The message in the answer. */
  readonly message?: string;
}

export interface PartialSuccessFault extends FaultSchedule {
  /** What the answer says; of a request with fewer spans none is accepted. From 0. */
  readonly rejectedSpans: number;
  readonly errorMessage?: string;
}

export interface ResetFault extends FaultSchedule {
  readonly moment: ResetMoment;
}

/** How the sink answers OTLP requests; `{}` is a sink in good health. Of the faults that are due, the first fires. */
export interface SinkBehaviour {
  /** Waits before it answers, in milliseconds, from 0. */
  readonly delayMillis?: number;
  /** Takes the place of the option of the same name. */
  readonly maxBodyBytes?: number;
  /** Resets the TCP connection. */
  readonly reset?: ResetFault;
  /** Reads the request and never answers. */
  readonly hang?: FaultSchedule;
  /** Answers a failure. */
  readonly fail?: FailFault;
  /** Accepts the spans and answers 200 with a body that is no OTLP. */
  readonly garbageBody?: FaultSchedule;
  /** Accepts the spans and answers 200 with a body that goes on for ever. */
  readonly endlessBody?: FaultSchedule;
  /** Accepts all spans but `rejectedSpans` of them. */
  readonly partialSuccess?: PartialSuccessFault;
}

interface Check {
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
}

interface Shape {
  readonly [key: string]: Check | Shape;
}

const MAX_TIMER_MILLIS = 2 ** 31 - 1;

const SCHEDULE: Shape = { everyRequestCount: integer(1, 1e9), fireCount: integer(1, 1e9) };

const BEHAVIOUR: Shape = {
  delayMillis: integer(0, MAX_TIMER_MILLIS),
  maxBodyBytes: integer(0, 2 ** 31 - 1),
  reset: { ...SCHEDULE, moment: oneOf('before-reading', 'after-reading', 'after-accepting') },
  hang: SCHEDULE,
  fail: {
    ...SCHEDULE,
    status: integer(300, 599),
    retryAfterSeconds: integer(0, 86_400),
    retryAfterForm: oneOf('seconds', 'http-date'),
    message: text(),
  },
  garbageBody: SCHEDULE,
  endlessBody: SCHEDULE,
  partialSuccess: { ...SCHEDULE, rejectedSpans: integer(0, Number.MAX_SAFE_INTEGER), errorMessage: text() },
};

const REQUIRED_KEYS: Readonly<Record<string, readonly string[]>> = {
  'behaviour.reset': ['moment'],
  'behaviour.fail': ['status'],
  'behaviour.partialSuccess': ['rejectedSpans'],
};

/**
 * Checks a behaviour that came as JSON.
 *
 * @throws SinkError `ERR_SINK_BEHAVIOUR`: which key, what was expected, what came.
 */
export function parseBehaviour(value: unknown): SinkBehaviour {
  checkShape('behaviour', value, BEHAVIOUR);
  return structuredClone(value) as SinkBehaviour;
}

function checkShape(path: string, value: unknown, shape: Shape): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) rejectValue(path, 'an object', value);
  for (const [key, field] of Object.entries(value)) {
    const check = Object.hasOwn(shape, key) ? shape[key] : undefined;
    if (check === undefined) {
      const message = `${path}.${key}: unknown key; expected one of ${Object.keys(shape).join(', ')}`;
      throw new SinkError('ERR_SINK_BEHAVIOUR', message);
    }
    if (isCheck(check)) {
      if (!check.accepts(field)) rejectValue(`${path}.${key}`, check.expected, field);
    } else {
      checkShape(`${path}.${key}`, field, check);
    }
  }
  for (const key of REQUIRED_KEYS[path] ?? []) {
    if (!Object.hasOwn(value, key)) rejectValue(`${path}.${key}`, 'a value', undefined);
  }
}

function isCheck(check: Check | Shape): check is Check {
  return typeof check['accepts'] === 'function';
}

function integer(min: number, max: number): Check {
  return {
    expected: `an integer from ${min} to ${max}`,
    accepts: (value) => typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max,
  };
}

function oneOf(...choices: string[]): Check {
  const expected = choices.map((choice) => `"${choice}"`).join(' or ');
  return { expected, accepts: (value) => typeof value === 'string' && choices.includes(value) };
}

function text(): Check {
  return { expected: 'a string', accepts: (value) => typeof value === 'string' };
}

function rejectValue(path: string, expected: string, value: unknown): never {
  throw new SinkError('ERR_SINK_BEHAVIOUR', `${path}: expected ${expected}, got ${describeValue(value)}`);
}
