export const dynamic = 'force-dynamic';

export async function GET(): Promise<Response> {
  const { flushSpans } = globalThis as unknown as { flushSpans(): Promise<object> };
  return Response.json(await flushSpans());
}
