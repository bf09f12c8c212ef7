// node build.mjs esm|cjs|chunks [folder of the worker's copy in dist, or none]
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const [, , kind, workerFolder = '.'] = process.argv;
const format = kind === 'cjs' ? 'cjs' : 'esm';
await build({
  bundle: true,
  platform: 'node',
  target: 'node20',
  format,
  ...(kind === 'chunks'
    ? {
        // offloop comes to lie in a chunk, in a folder of its own.
        entryPoints: { service: 'main-in-chunks.mjs' },
        splitting: true,
        outdir: 'dist',
        outExtension: { '.js': '.mjs' },
        chunkNames: 'chunks/[name]-[hash]',
      }
    : { entryPoints: ['main.mjs'], outfile: format === 'cjs' ? 'dist/service.cjs' : 'dist/service.mjs' }),
  // CommonJS packages inside an ES module: they call require().
  banner:
    format === 'cjs'
      ? {}
      : { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
});
if (workerFolder !== 'none') {
  copyFileSync('node_modules/offloop/dist/src/offloop-worker.cjs', join('dist', workerFolder, 'offloop-worker.cjs'));
}
