/** @throws {SyntaxError} that tells where, and quotes nothing around the place as Node.js does: that may be a token. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const place = /at position \d+( \(line \d+ column \d+\))?/.exec((error as Error).message)?.[0] ?? '';
    throw new SyntaxError(`expected JSON, got something else ${place}`.trimEnd());
  }
}
