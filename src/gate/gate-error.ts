/** Why nothing can be judged; the message is the whole explanation, in one line. The gate then exits with 2. */
export class GateError extends Error {
  override readonly name = 'GateError';
}
