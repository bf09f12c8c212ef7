// node build.mjs es|cjs [none: without a copy of the worker]
import { copyFileSync } from 'node:fs';
import commonjs from '@rollup/plugin-commonjs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { rollup } from 'rollup';

const [, , format, worker] = process.argv;
const bundle = await rollup({
  input: 'main.mjs',
  plugins: [nodeResolve({ preferBuiltins: true, exportConditions: ['node'] }), commonjs()],
});
await bundle.write({ file: format === 'cjs' ? 'dist/service.cjs' : 'dist/service.mjs', format });
await bundle.close();
if (worker !== 'none') copyFileSync('node_modules/offloop/dist/src/offloop-worker.cjs', 'dist/offloop-worker.cjs');
