// node build.mjs esm|cjs
import { copyFileSync } from 'node:fs';
import { build } from 'esbuild';

const format = process.argv[2];
await build({
  entryPoints: ['main.mjs'],
  bundle: true,
  platform: 'node',
  target: 'node20',
  format,
  outfile: format === 'cjs' ? 'dist/service.cjs' : 'dist/service.mjs',
  // CommonJS packages inside an ES module: they call require().
  banner:
    format === 'cjs'
      ? {}
      : { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
});
copyFileSync('node_modules/offloop/dist/src/offloop-worker.cjs', 'dist/offloop-worker.cjs');
