export type Fields = Readonly<Record<string, unknown>>;

/** A body that is not what the endpoint takes; answered with status 400. */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidRequestError';
}

/** @throws InvalidRequestError when the bytes are no JSON. */
export function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new InvalidRequestError(`body: expected JSON, got ${(error as Error).message}`, { cause: error });
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
