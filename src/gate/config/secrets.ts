import type { Environment, GateConfig, ReferenceConfig } from './gate-config.js';

/** Keys whose values may hold a token, and those above them, whose values may hold such a key. */
const SECRET_PATH =
  /^(load(\.headers(\..*)?|\.body(\..*)?)?|service(\.env(\..*)?)?|reference(\.variant(\.env(\..*)?)?)?)$/s;
const SECRET_TEXT_PATH = /^(load\.headers\..+|load\.body|(service|reference\.variant)\.env\..+)$/s;
const REDACTED = '[redacted]';

/** Whether what stands at a path is a text, however much it looks like a number. */
export function isSecretText(path: string): boolean {
  return SECRET_TEXT_PATH.test(path);
}

/** A command line's arguments without what `--set` gives such keys. */
export function redactArguments(args: readonly string[]): string[] {
  return args.map((arg, index) => {
    const [, flag = '', path = ''] = /^(--set=)?([^=]+)=/s.exec(arg) ?? [];
    const isSetting = flag !== '' || args[index - 1] === '--set';
    return isSetting && SECRET_PATH.test(path) ? `${flag}${path}=${REDACTED}` : arg;
  });
}

/** As it may be shown: with the names of headers and variables, and without their values. */
export function redactConfig({ service, load, reference, ...rest }: GateConfig): GateConfig {
  return {
    ...rest,
    service: { ...service, env: redactEnvironment(service.env) },
    load:
      load.type === 'command'
        ? load
        : { ...load, headers: redactValues(load.headers), body: load.body === null ? null : REDACTED },
    reference: reference === null ? null : redactReference(reference),
  };
}

function redactReference(reference: ReferenceConfig): ReferenceConfig {
  if (reference.type !== 'variant') return reference;
  const { variant } = reference;
  return { ...reference, variant: { ...variant, env: redactEnvironment(variant.env) } };
}

function redactEnvironment(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value === null ? null : REDACTED]));
}

function redactValues(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.keys(values).map((name) => [name, REDACTED]));
}
