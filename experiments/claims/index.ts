import { ways } from './a-ways/claim.js';
import { waysExport } from './a-ways-export/claim.js';
import type { Claim } from './claim.js';
import { m1ClientPerCall } from './m1-client-per-call/claim.js';
import { m2Nesting } from './m2-nesting/claim.js';
import { m3CaptureIo } from './m3-capture-io/claim.js';
import { m4Metadata } from './m4-metadata/claim.js';
import { m5GetClient } from './m5-get-client/claim.js';
import { v2LocalCalls } from './v2-local-calls/claim.js';

export const CLAIMS: readonly Claim[] = [
  m1ClientPerCall,
  m2Nesting,
  m3CaptureIo,
  m4Metadata,
  m5GetClient,
  v2LocalCalls,
  ways,
  waysExport,
];
