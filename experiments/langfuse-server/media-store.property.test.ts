import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MediaStore } from './media-store.js';
import { sha256 } from './sdk-requests.test.data.js';

const CONTENTS = ['một', 'hai', 'ba'].map((text) => Buffer.from(text));
const TYPES = ['image/png', 'image/jpeg'];

const contentNumber = fc.nat(CONTENTS.length - 1);
const step = fc.oneof(
  fc.record({
    type: fc.constant('request' as const),
    contentNumber,
    contentType: fc.constantFrom(...TYPES),
    traceId: fc.constantFrom('1', '2'),
  }),
  fc.record({ type: fc.constant('upload' as const), contentNumber, contentType: fc.constantFrom(...TYPES) }),
  fc.record({ type: fc.constant('confirm' as const), contentNumber, uploadHttpStatus: fc.constantFrom(200, 500) }),
);

it('an asset needs an upload exactly until it is confirmed in its content type, in any order of requests', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const store = new MediaStore(1_000);
      const requested = new Map<number, string>();
      const confirmed = new Set<number>();
      const uploaded = new Set<number>();
      const links = new Set<string>();
      for (const next of steps) {
        const bytes = CONTENTS[next.contentNumber] as Buffer;
        const mediaId = sha256(bytes).replaceAll('+', '-').replaceAll('/', '_').slice(0, 22);
        const declared = requested.get(next.contentNumber);
        switch (next.type) {
          case 'request': {
            const request = {
              traceId: next.traceId,
              observationId: null,
              field: 'input',
              contentType: next.contentType,
              contentLength: bytes.byteLength,
              sha256Hash: sha256(bytes),
            };
            const isThere = confirmed.has(next.contentNumber) && declared === next.contentType;
            expect(store.request(request)).toEqual({ mediaId, isUploadNeeded: !isThere });
            requested.set(next.contentNumber, next.contentType);
            links.add(`${mediaId} ${next.traceId}`);
            break;
          }
          case 'upload': {
            const headers = { contentType: next.contentType, checksumSha256: sha256(bytes) };
            const expected = declared === undefined ? 'unknown-media' : 'signature-mismatch';
            const isTaken = declared === next.contentType;
            expect(store.upload(mediaId, headers, bytes)).toBe(isTaken ? 'stored' : expected);
            if (isTaken) uploaded.add(next.contentNumber);
            break;
          }
          case 'confirm': {
            const { uploadHttpStatus } = next;
            const status = { uploadedAt: '', uploadHttpStatus, uploadHttpError: null, uploadTimeMs: null };
            expect(store.confirm(mediaId, status)).toBe(declared !== undefined);
            if (declared !== undefined && uploadHttpStatus === 200) confirmed.add(next.contentNumber);
            else confirmed.delete(next.contentNumber);
            break;
          }
          default:
            next satisfies never;
        }
        expect(store.bytes(mediaId)).toEqual(uploaded.has(next.contentNumber) ? bytes : undefined);
      }
      expect(store.links).toHaveLength(links.size);
      expect(store.media).toHaveLength(requested.size);
    }),
  );
});
