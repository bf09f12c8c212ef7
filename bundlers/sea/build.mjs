// One executable: Node, the service and offloop's worker. https://nodejs.org/api/single-executable-applications.html
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { inject } from 'postject';

mkdirSync('dist', { recursive: true });
await build({
  entryPoints: ['executable.mjs'],
  bundle: true,
  platform: 'node',
  target: 'node20',
  outfile: 'dist/service.cjs',
});
const config = {
  main: 'dist/service.cjs',
  output: 'dist/service.blob',
  disableExperimentalSEAWarning: true,
  assets: { 'offloop-worker.cjs': 'node_modules/offloop/dist/src/offloop-worker.cjs' },
};
writeFileSync('dist/sea-config.json', JSON.stringify(config));
execFileSync(process.execPath, ['--experimental-sea-config', 'dist/sea-config.json'], { stdio: 'inherit' });
copyFileSync('node_modules/offloop/dist/src/offloop-worker.cjs', 'dist/offloop-worker.cjs');
copyFileSync(process.execPath, 'dist/service');
await inject('dist/service', 'NODE_SEA_BLOB', readFileSync('dist/service.blob'), {
  sentinelFuse: 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2',
});
