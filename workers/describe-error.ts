/** One line, without a stack; the server's own words are not added, for they may quote what was sent. */
export function describeError(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] ?? '';
}
