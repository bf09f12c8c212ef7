/** Node's own words, of a thread whose heap is full. */
const HEAP_IS_FULL = /^Worker terminated due to reaching memory limit: [\w ]+$/;

/** A name is data like any other text, unless it is one of the language's or of Node's. */
const KNOWN_NAMES: ReadonlySet<string> = new Set([
  'Error',
  'AggregateError',
  'AbortError',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TimeoutError',
  'TypeError',
  'URIError',
]);

/** A place in a file, as V8 writes it; anything else in a stack may be text. */
const PLACE = /^ +(at (?:[\w.$<>[\] ]{1,100} \()?(?:file:\/\/|node:|\/|[A-Za-z]:\\)[^\s()]+:\d+:\d+\)?)$/m;

/**
 * Why a thread that had spans ended, as it may be told: what was thrown and where. The words of an exporter or a hook may
 * quote spans, and so may all else of what they throw, which need not be an error; Node's own words do not.
 *
 * @param cause What the thread's `error` event gave.
 */
export function describeWorkerDeath(cause: unknown): Error {
  if (!(cause instanceof Error)) return new Error('it threw a value that is no Error');
  // What an error carries is the thrower's choice, of any type.
  const { name, message, stack }: { name: unknown; message: unknown; stack?: unknown } = cause;
  if (typeof message === 'string' && HEAP_IS_FULL.test(message)) return new Error(message);
  const place = typeof stack === 'string' ? (PLACE.exec(stack)?.[1] ?? '') : '';
  return Object.assign(new Error(place), { name: KNOWN_NAMES.has(name as string) ? name : 'Error' });
}
