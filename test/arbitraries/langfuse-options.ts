import fc from 'fast-check';
import { MASKS } from '../fixtures/langfuse-masks.js';

/** Options of both processors, drawn as plain data. */
export interface DrawnOptions {
  readonly publicKey: string;
  readonly secretKey: string;
  readonly environment: string | undefined;
  readonly release: string | undefined;
  readonly flushAt: number | undefined;
  readonly flushIntervalSeconds: number | undefined;
  readonly mediaUploadEnabled: boolean | undefined;
  /** Which of the ways to say so in the variable. */
  readonly mediaSwitch: number;
  readonly additionalHeaders: Readonly<Record<string, string>> | undefined;
  readonly exportMode: 'batched' | 'immediate' | undefined;
  readonly mask: keyof typeof MASKS | undefined;
  /** Where our processor calls it. */
  readonly maskPlace: 'worker' | 'main thread';
  readonly filter: 'default' | 'by name' | 'by scope' | 'failing' | 'odd';
  /** Whether those that have a LANGFUSE_* variable are given by it. */
  readonly isFromEnvironment: boolean;
  readonly handOff: 'transfer' | 'shared';
}

/** LANGFUSE_MEDIA_UPLOAD_ENABLED is off for `false` and `0` in any case, and on for all else. */
export const MEDIA_SWITCHES: Readonly<Record<'true' | 'false', readonly string[]>> = {
  true: ['true', '1', 'no', ''],
  false: ['false', 'FALSE', '0'],
};

const header = fc.constantFrom('x-tenant', 'X-Langfuse-Sdk-Name', 'x-langfuse-public-key', 'authorization');

const MASK_NAMES = Object.keys(MASKS) as (keyof typeof MASKS)[];

export const anyOptions: fc.Arbitrary<DrawnOptions> = fc.record({
  publicKey: fc.constantFrom('pk-lf-1', 'pk-lf-2'),
  secretKey: fc.constantFrom('sk-lf-1', 'sk:with:colons'),
  environment: fc.constantFrom(undefined, 'production', 'Not Valid', ''),
  release: fc.constantFrom(undefined, 'v1.2.3', ''),
  // Not small ones: theirs drops what is past 30 requests under way, and a flush sends all batches at once.
  flushAt: fc.constantFrom(undefined, 0, 50, 100, 512),
  flushIntervalSeconds: fc.constantFrom(undefined, 0, 0.05, 5),
  mediaUploadEnabled: fc.constantFrom(undefined, true, true, false),
  mediaSwitch: fc.nat({ max: 3 }),
  additionalHeaders: fc.option(fc.dictionary(header, fc.constantFrom('Basic cGs6c2s=', 'Basic YTpi'), { maxKeys: 3 }), {
    nil: undefined,
  }),
  exportMode: fc.constantFrom(undefined, undefined, 'batched', 'immediate'),
  mask: fc.oneof(
    { weight: 1, arbitrary: fc.constant(undefined) },
    { weight: 3, arbitrary: fc.constantFrom(...MASK_NAMES) },
  ),
  maskPlace: fc.constantFrom('worker', 'worker', 'main thread'),
  filter: fc.constantFrom('default', 'default', 'by name', 'by scope', 'failing', 'odd'),
  isFromEnvironment: fc.boolean(),
  handOff: fc.constantFrom('transfer', 'shared'),
});
