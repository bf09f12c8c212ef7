/**
 * One line, without a stack; the server's own words are not added, for they may quote what was sent. Where a host has
 * several addresses and none answers, Node's error has a code and no message.
 */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return firstLine(String(error));
  return error.message === '' && 'code' in error ? String(error.code) : firstLine(error.message);
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
