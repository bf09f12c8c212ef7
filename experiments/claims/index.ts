import type { Claim } from './claim.js';
import { m1ClientPerCall } from './m1-client-per-call/claim.js';
import { m5GetClient } from './m5-get-client/claim.js';
import { v2LocalCalls } from './v2-local-calls/claim.js';

export const CLAIMS: readonly Claim[] = [m1ClientPerCall, m5GetClient, v2LocalCalls];
