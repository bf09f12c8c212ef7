/** The import rules of docs/architecture.md. */
module.exports = {
  forbidden: [
    {
      name: 'workers-see-only-the-wire',
      comment: 'workers/ imports from src/ only protocol, wire/ and errors.',
      severity: 'error',
      from: { path: '^workers/' },
      to: { path: '^src/', pathNot: '^src/(protocol|errors)\\.ts$|^src/wire/' },
    },
    {
      name: 'main-thread-never-imports-the-worker',
      comment: 'src/ names the file of the worker by its path, in find-worker.ts.',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(workers|experiments|test)/' },
    },
    {
      name: 'experiments-use-the-package-as-a-user-would',
      comment:
        "experiments/ imports 'offloop', its public subpaths, and by '#gate/' and '#wire/' what the gate shares with the lab; its tests use test/fixtures/.",
      severity: 'error',
      from: { path: '^experiments/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(src|workers|test)/' },
    },
    {
      name: 'experiments-test-the-package-as-a-user-would',
      severity: 'error',
      from: { path: '^experiments/.*\\.test\\.ts$' },
      to: { path: '^(src|workers|test)/', pathNot: '^test/fixtures/' },
    },
    {
      name: 'piscina-in-one-place',
      comment: 'On the main thread only worker-thread.ts knows piscina.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/worker-thread\\.ts$' },
      to: { path: 'node_modules/piscina/' },
    },
    {
      name: 'no-sdk-and-no-exporter-on-the-main-thread',
      comment: 'What a service imports needs @opentelemetry/api only.',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: { path: 'node_modules/@opentelemetry/', pathNot: 'node_modules/@opentelemetry/api/' },
    },
    {
      name: 'langfuse-in-one-place',
      comment: "Langfuse's packages are needed by who imports 'offloop/langfuse' only.",
      severity: 'error',
      from: { path: '^(src|workers)/', pathNot: '^src/langfuse/|\\.test(\\.data|-d)?\\.ts$' },
      to: { path: '^src/langfuse/|node_modules/@langfuse/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-undeclared-packages',
      severity: 'error',
      from: {},
      // Of an optional peer 'npm-no-pkg' is said as well; of @langfuse/otel, which is one by its meta entry only, nothing else.
      to: {
        dependencyTypes: ['npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['npm-peer'],
        pathNot: 'node_modules/@langfuse/otel/',
      },
    },
    {
      name: 'the-package-needs-no-dev-dependency',
      severity: 'error',
      from: { path: '^(src|workers)/', pathNot: '\\.test(\\.data|-d)?\\.ts$' },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['npm-peer'],
        pathNot: 'node_modules/(@types|@langfuse/otel)/',
      },
    },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { conditionNames: ['import', 'types', 'node', 'default'], exportsFields: ['exports'] },
  },
};
