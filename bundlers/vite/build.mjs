// node build.mjs [--bundle-all]: packages stay outside of an SSR build, or everything goes in.
import { copyFileSync } from 'node:fs';
import { build } from 'vite';

const isEverythingBundled = process.argv[2] === '--bundle-all';
await build({
  configFile: false,
  logLevel: 'warn',
  build: { ssr: 'main.mjs', outDir: 'dist', rollupOptions: { output: { entryFileNames: 'service.mjs' } } },
  ssr: isEverythingBundled ? { noExternal: true } : {},
});
if (isEverythingBundled) copyFileSync('node_modules/offloop/dist/src/offloop-worker.cjs', 'dist/offloop-worker.cjs');
