/** Why nothing can be judged; the message is the whole explanation, in one line. The gate then exits with 2. */
export class GateError extends Error {
  override readonly name = 'GateError';
}

/** In one line, whatever was thrown. */
export function describeProblem(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0] ?? message;
}
