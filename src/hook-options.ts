import { OffloopConfigError } from './errors.js';
import { resolveModule } from './module-resolution.js';
import { describeValue, expectInteger, expectKnownKeys } from './option-checks.js';
import type { HookSettings, HookSpan, MaskRequest } from './protocol.js';

/** Functions that the worker applies to every span before anything of it is sent. */
export interface HookOptions {
  /**
   * The module with the {@link SpanHooks}: a package name as the service would import it, or a `file:` URL. If it can't
   * be loaded in the worker, spans fail as `hooks_unavailable`; they are never sent as they are.
   */
  readonly module: string | URL;
  /** The exported object that has the functions. @default the module's own exports */
  readonly export?: string;
  /**
   * How long the masks of one chunk of spans may take, in milliseconds, before every value that is not answered becomes
   * the placeholder; within `exportTimeoutMillis` in any case. Whole number from 1.
   * @default 5_000
   */
  readonly maskTimeoutMillis?: number;
  /**
   * The keys that `mask` is asked about; one that ends in `*` stands for all that begin so. All other values are sent
   * as they are.
   * @default every attribute of a span, its events and its links, and `status.message`
   */
  readonly maskKeys?: readonly string[];
}

/** What a hooks module exports; at least one of the two. Not asked: names, scopes and resources. */
export interface SpanHooks {
  /**
   * Whether the span is sent; asked before `mask`. One that is refused counts as dropped, for the reason `filtered`, and
   * so does one for which this throws or answers with a promise.
   */
  filter?(span: HookSpan): boolean;
  /**
   * What to send in place of a value, or a promise of it; the status message takes text only. Asked for one value of a span
   * after the other, for several spans at a time, and again for a chunk that is sent again. Where it throws, rejects or
   * does not answer in time, a placeholder is sent and counted.
   */
  mask?(request: MaskRequest): unknown;
}

/** Stands for a value whose mask failed. */
const PLACEHOLDER = '<mask failed>';
const DEFAULT_MASK_TIMEOUT_MILLIS = 5_000;

const KNOWN_HOOK_OPTIONS: ReadonlySet<string> = new Set<keyof HookOptions>([
  'module',
  'export',
  'maskTimeoutMillis',
  'maskKeys',
]);

/** @throws {OffloopConfigError} for an unknown or unusable option, or a module that can't be found. */
export function resolveHooks(options: HookOptions | undefined): HookSettings | undefined {
  if (options === undefined) return undefined;
  expectKnownKeys('hooks', options, KNOWN_HOOK_OPTIONS);
  return {
    module: resolveModule('hooks.module', options.module),
    exportName: expectExportName(options.export),
    style: 'offloop',
    maskKeys: expectMaskKeys(options.maskKeys),
    maskTimeoutMillis:
      expectInteger('hooks.maskTimeoutMillis', options.maskTimeoutMillis, { min: 1, max: 2 ** 31 - 1 }) ??
      DEFAULT_MASK_TIMEOUT_MILLIS,
    placeholder: PLACEHOLDER,
  };
}

function expectExportName(name: unknown): string | null {
  if (name === undefined) return null;
  if (typeof name === 'string' && name !== '') return name;
  throw new OffloopConfigError('hooks.export', `expected the name of an export, got ${describeValue(name)}`);
}

function expectMaskKeys(keys: unknown): readonly string[] | null {
  if (keys === undefined) return null;
  if (Array.isArray(keys) && keys.length > 0 && keys.every(isMaskKey)) return [...keys];
  throw new OffloopConfigError(
    'hooks.maskKeys',
    `expected an array of keys, exact or ending in *, such as ['llm.prompt', 'user.*'], got ${describeValue(keys)}; ` +
      'a key that matches nothing would leave text unmasked',
  );
}

/** A `*` elsewhere would match nothing. */
function isMaskKey(key: unknown): boolean {
  return typeof key === 'string' && key !== '' && !key.slice(0, -1).includes('*');
}
