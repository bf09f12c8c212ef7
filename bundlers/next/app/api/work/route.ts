import { trace } from '@opentelemetry/api';

export const dynamic = 'force-dynamic';

export function GET(): Response {
  return trace.getTracer('service').startActiveSpan('work', (span) => {
    span.end();
    return Response.json({ done: true });
  });
}
