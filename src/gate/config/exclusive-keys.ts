export const HTTP_LOAD_KEYS = ['url', 'method', 'headers', 'body', 'requestsPerSecond', 'requestTimeoutMillis'];

interface KeyGroup {
  readonly path: readonly string[];
  /** Of these there is one, with what stands beside it alone. */
  readonly choices: Readonly<Record<string, readonly string[]>>;
}

const GROUPS: readonly KeyGroup[] = [
  { path: ['service', 'ready'], choices: { url: [], line: [], port: [] } },
  { path: ['load'], choices: { url: HTTP_LOAD_KEYS, command: [] } },
  { path: ['reference'], choices: { ref: ['prepare'], variant: [], baseline: [] } },
];

/**
 * What a file says without what the command line decides otherwise: of keys that exclude each other one that is set there
 * takes the file's others out, so that one file serves `--save` and `--baseline`. Two that are set there both stay.
 */
export function takeOutOthers(config: unknown, setPaths: readonly string[]): unknown {
  return GROUPS.reduce((rest, { path, choices }) => {
    const isSet = (choice: string) => setPaths.some((set) => `${set}.`.startsWith([...path, choice, ''].join('.')));
    const others = Object.keys(choices).filter((choice) => !isSet(choice));
    if (others.length === Object.keys(choices).length) return rest;
    return omitKeys(
      rest,
      path,
      others.flatMap((choice) => [choice, ...(choices[choice] ?? [])]),
    );
  }, config);
}

function omitKeys(config: unknown, [name, ...path]: readonly string[], keys: readonly string[]): unknown {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) return config;
  if (name === undefined) return Object.fromEntries(Object.entries(config).filter(([key]) => !keys.includes(key)));
  if (!Object.hasOwn(config, name)) return config;
  return { ...config, [name]: omitKeys((config as Record<string, unknown>)[name], path, keys) };
}
