import type { Environment, GateConfig, ReferenceConfig } from './gate-config.js';
import { isHttpUrl } from './http-url.js';

/** Keys whose values may hold a token, and those above them, whose values may hold such a key; the config is `options`. */
const SECRET_PATH =
  /^(options|service|load|reference|baseline|load\.(headers|body)(\..*)?|reference\.variant|baseline\.control|(service|reference\.variant|baseline\.control)\.env(\..*)?)$/s;
const SECRET_TEXT_PATH = /^(load\.headers\..+|load\.body|(service|reference\.variant)\.env\..+)$/s;
/** What `--set` may be seen to set. Any other key may be a slip of the hand for one that holds a token. */
const PLAIN_PATH =
  /^(service\.(command|program|ready|ready\.\w+|readyTimeoutMillis)|load\.(url|method|command|requestsPerSecond|requestTimeoutMillis)|reference\.(ref|prepare|baseline|variant\.command)|(figures|trial|validity)(\..+)?|maxBlockCount|timeBudgetMillis)$/;
/** Where a URL is expected, as `--set` and as the flag that sets it. */
const URL_ARGUMENT = /^((?:load\.url|service\.ready(?:\.url)?|--(?:load|ready)-url)=)(.*)$/s;
export const REDACTED = '[redacted]';
/** A shorter one is a port, a switch or a level: without them nobody could read what a service prints. */
const MIN_SECRET_CHARACTERS = 6;

/** Whether a value that stands at a path, and is not what it should be, may be or hold a token. */
export function mayHoldSecret(path: string): boolean {
  return SECRET_PATH.test(path);
}

/** Whether what stands at a path is a text, however much it looks like a number. */
export function isSecretText(path: string): boolean {
  return SECRET_TEXT_PATH.test(path);
}

/** A command line's arguments without what `--set` gives such keys, and URLs without their user info. */
export function redactArguments(args: readonly string[]): string[] {
  return args.map((arg, index) => {
    const before = args[index - 1];
    if (before === '--load-url' || before === '--ready-url') return hideUserInfo(arg);
    const [, flag = '', path = ''] = /^(--set=)?([^=]*)=/s.exec(arg) ?? [];
    const isSetting = flag !== '' || before === '--set';
    if (isSetting && !PLAIN_PATH.test(path)) return `${flag}${path}=${REDACTED}`;
    const [, name, url] = URL_ARGUMENT.exec(arg.slice(flag.length)) ?? [];
    return name === undefined || url === undefined ? arg : `${flag}${name}${hideUserInfo(url)}`;
  });
}

/** What the gate takes for a URL has none; of all else, a password with an @ or a slash in it must not be cut short. */
function hideUserInfo(text: string): string {
  return isHttpUrl(text) ? text : text.replace(/^([a-z][a-z\d+.-]*:\/\/)?.*@/is, '$1…@');
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

/** What a service may print, and nobody else may; longest first, for one may be a part of another. */
export function listSecretValues({
  service,
  load,
  reference,
}: Pick<GateConfig, 'service' | 'load' | 'reference'>): string[] {
  const values = [
    ...Object.values(service.env),
    ...(reference?.type === 'variant' ? Object.values(reference.variant.env) : []),
    ...(load.type === 'http' ? [...Object.values(load.headers), load.body] : []),
  ];
  const secrets = values.filter((value): value is string => value !== null && value.length >= MIN_SECRET_CHARACTERS);
  return secrets.toSorted((left, right) => right.length - left.length);
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
