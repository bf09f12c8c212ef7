import { decodeMulti, ExtData, ExtensionCodec } from '@msgpack/msgpack';

/**
 * Reads chunks with a msgpack decoder that shares no code with ours, following `src/wire/format.md`: what it makes of a
 * chunk shows that the format is what the document says.
 */
export const textExtensions = new ExtensionCodec();
textExtensions.register({
  type: 1,
  encode: () => null,
  decode: (bytes) => Buffer.from(bytes).toString('latin1'),
});
textExtensions.register({
  type: 2,
  encode: () => null,
  decode: (bytes) => Buffer.from(bytes.subarray(bytes.length % 2)).toString('utf16le'),
});

export interface ForeignSpan {
  readonly name: unknown;
  readonly traceId: unknown;
  readonly attributes: readonly [string, unknown][];
  readonly scopeName: unknown;
  readonly resourceAttributes: readonly [string, unknown][];
}

/** The records of a chunk as plain values, and the parts of its spans that use the tables. */
export function readForeign(chunk: Uint8Array): { records: unknown[][]; spans: ForeignSpan[] } {
  const records = [...decodeMulti(chunk, { extensionCodec: textExtensions })] as unknown[][];
  const strings = new Map<number, string>();

  function resolve(value: unknown): unknown {
    if (value instanceof ExtData) throw new Error(`extension of type ${value.type}`);
    if (value === null) return undefined;
    if (typeof value !== 'object') return value;
    if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('hex') };
    if (Array.isArray(value)) return { array: value.map(resolve) };
    const [[tag, content] = []] = Object.entries(value);
    const id = Number(tag);
    if (id >= 0) return define(id, content);
    if (id === -1) return strings.get(content);
    if (id === -2) return { entries: resolveEntries(content) };
    if (id === -3) return parseBigint(content);
    if (id === -4) return null;
    if (id === -5) return JSON.stringify(toPlain(resolve(content)));
    throw new Error(`tag ${tag}`);
  }

  function define(id: number, text: string): string {
    if (id !== strings.size) throw new Error(`string ${id} defined as number ${strings.size}`);
    strings.set(id, text);
    return text;
  }

  function resolveEntries(list: unknown[]): [string, unknown][] {
    const entries: [string, unknown][] = [];
    for (let index = 0; index < list.length; index += 2) {
      const key = list[index];
      const name = typeof key === 'number' ? strings.get(key) : resolve(key);
      entries.push([name as string, resolve(list[index + 1])]);
    }
    return entries;
  }

  const resources = new Map<unknown, [string, unknown][]>();
  for (const record of records) {
    if (record[0] === 1) resources.set(record[1], resolveEntries(record[3] as unknown[]));
  }
  const scopeNames: unknown[] = [];
  const spans: ForeignSpan[] = [];
  for (const record of records) {
    if (record[0] !== 0) continue;
    const [, , resource, scope, traceId] = record;
    const definition = typeof scope === 'number' ? undefined : Object.entries(scope as object)[0];
    if (definition !== undefined) {
      const [name, version, schemaUrl, attributes] = definition[1];
      scopeNames[Number(definition[0])] = resolve(name);
      for (const text of [version, schemaUrl]) resolve(text);
      if (attributes !== null) resolveEntries(attributes);
    }
    const scopeName = scopeNames[Number(definition?.[0] ?? scope)];
    // In the order of the record: later fields may define strings that later spans refer to.
    const name = resolve(record[10]);
    const attributes = resolveEntries((record[18] ?? []) as unknown[]);
    for (const event of record[20] as unknown[][]) {
      resolve(event[1]);
      resolveEntries((event[2] ?? []) as unknown[]);
    }
    for (const link of record[22] as unknown[][]) resolveEntries((link[5] ?? []) as unknown[]);
    spans.push({
      name,
      traceId: traceId instanceof Uint8Array ? Buffer.from(traceId).toString('hex') : traceId,
      attributes,
      scopeName,
      resourceAttributes: resources.get(resource) ?? [],
    });
  }
  return { records, spans };
}

/** What `resolve` makes of an array or an object, as the array or object itself. */
function toPlain(resolved: unknown): unknown {
  if (typeof resolved !== 'object' || resolved === null) return resolved;
  const { array, entries } = resolved as { readonly array?: unknown[]; readonly entries?: [string, unknown][] };
  if (array !== undefined) return array.map(toPlain);
  return Object.fromEntries((entries ?? []).map(([key, value]) => [key, toPlain(value)]));
}

function parseBigint(hex: string): bigint {
  return hex.startsWith('-') ? -BigInt(`0x${hex.slice(1)}`) : BigInt(`0x${hex}`);
}
