import type { ReadableResource, ReadableScope, ReadableSpan } from '../../src/wire/readable-span.js';

export const plainScope: ReadableScope = { name: 'lookup', version: '1.2.3' };
export const plainResource: ReadableResource = { attributes: { 'service.name': 'chat' } };

/** An ordinary ended span, for tests that are about one part of it. */
export function createSpan(parts: Partial<ReadableSpan> = {}): ReadableSpan {
  return {
    name: 'GET /documents',
    kind: 2,
    spanContext: () => ({ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }),
    parentSpanContext: undefined,
    startTime: [1_750_000_000, 1_000_000],
    endTime: [1_750_000_000, 3_500_000],
    duration: [0, 2_500_000],
    status: { code: 0 },
    ended: true,
    attributes: { 'http.request.method': 'GET', 'http.response.status_code': 200 },
    events: [],
    links: [],
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    resource: plainResource,
    instrumentationScope: plainScope,
    ...parts,
  };
}
