// node build.mjs es|cjs
import { copyFileSync } from 'node:fs';
import commonjs from '@rollup/plugin-commonjs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { rollup } from 'rollup';

const format = process.argv[2];
const bundle = await rollup({
  input: 'main.mjs',
  plugins: [nodeResolve({ preferBuiltins: true, exportConditions: ['node'] }), commonjs()],
});
await bundle.write({ file: format === 'cjs' ? 'dist/service.cjs' : 'dist/service.mjs', format });
await bundle.close();
copyFileSync('node_modules/offloop/dist/src/offloop-worker.cjs', 'dist/offloop-worker.cjs');
