// What is expected of every example: the spans that the receiver gets, by name, once the example has ended by itself or
// by SIGTERM after its requests.

const JOBS = ['resize', 'broken', 'resize'].map((name) =>
  JSON.stringify({ name, traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }),
);

/**
 * `isInstalled` examples have packages of their own. A service gets `requestCount` requests; another program gets `stdin`
 * and runs to its end. `endsBy` is an exit code or a signal, 0 by default.
 */
export const EXAMPLES = [
  { name: 'http', run: ['service.mjs'], requestCount: 20, spanCounts: { 'GET /': 20 } },
  {
    name: 'fastify',
    run: ['service.mjs'],
    requestCount: 20,
    spanCounts: { request: 20, 'handler - fastify -> @fastify/otel': 20 },
  },
  {
    name: 'queue-worker',
    run: ['worker.mjs'],
    stdin: `${JOBS.join('\n')}\n`,
    spanCounts: { 'process resize': 2, 'process broken': 1, step: 2 },
  },
  { name: 'script', run: ['script.mjs'], spanCounts: { 'import files': 1, 'import file': 20 } },
  { name: 'lambda', run: ['invoke.mjs'], endsBy: 'SIGKILL', spanCounts: { handle: 3 } },
  { name: 'express', isInstalled: true, run: ['service.mjs'], requestCount: 20, spanCounts: { 'GET /': 20 } },
  {
    name: 'nestjs',
    isInstalled: true,
    build: ['node_modules/typescript/bin/tsc', '-p', '.'],
    run: ['dist/main.js'],
    requestCount: 20,
    // NestJS sends itself the signal again when its hooks are done.
    endsBy: 'SIGTERM',
    spanCounts: { 'HelloController.hello': 20 },
  },
];
