// Makes dist/src/offloop-worker.cjs: the worker with all it needs, piscina too, in one file that a service which is a
// bundle can take along. Runs after tsc.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { writeBundle } from './write-bundle.mjs';

const ROOT = dirname(fileURLToPath(import.meta.url));
const OUTPUT = join(ROOT, 'dist', 'src', 'offloop-worker.cjs');
const PISCINA = join(ROOT, 'node_modules', 'piscina', 'dist');
const ENTRY = '\0offloop-worker';

/** Not a condition on isMainThread: the service may itself run in a worker thread. */
const START_IN_THREAD = 'if (require.main === module) exports.startThread();';

const ENTRY_CODE = `
let worker;
/** In the service: starts threads that run this very file. */
export function loadPiscina() {
  return require(${JSON.stringify(join(PISCINA, 'main.js'))});
}
/** In the thread: at once, so that the thread ends if it can't work. */
export function startThread() {
  worker = require(${JSON.stringify(join(ROOT, 'dist', 'workers', 'export.js'))});
  require(${JSON.stringify(join(PISCINA, 'worker.js'))});
}
export default function connect(connection) {
  return worker.default(connection);
}
`;

/** piscina starts a file beside its own; here that is the bundle, by whatever name. */
const PISCINA_STARTS = "(0, node_path_1.resolve)(__dirname, 'worker.js')";

const bundle = await rolldown({
  input: ENTRY,
  platform: 'node',
  // For piscina's niceIncrement, which offloop does not use.
  external: ['@napi-rs/nice'],
  plugins: [
    {
      name: 'offloop-worker',
      resolveId: (id) => (id === ENTRY ? id : undefined),
      load: (id) => (id === ENTRY ? ENTRY_CODE : undefined),
      transform(code, id) {
        if (id !== join(PISCINA, 'index.js')) return undefined;
        const parts = code.split(PISCINA_STARTS);
        if (parts.length !== 2) throw new Error(`expected piscina to start its worker once, as ${PISCINA_STARTS}`);
        return { code: parts.join('__filename'), map: null };
      },
    },
  ],
});
const { output } = await bundle.generate({
  format: 'cjs',
  exports: 'named',
  codeSplitting: false,
  comments: false,
  footer: START_IN_THREAD,
});
await bundle.close();
writeBundle(OUTPUT, output);
