// node build.mjs esm|cjs [publicPath] [--external]
import { fileURLToPath } from 'node:url';
import webpack from 'webpack';

const [format, publicPath, external] = process.argv.slice(2);
const isModule = format === 'esm';
const compiler = webpack({
  mode: 'production',
  target: 'node20',
  entry: './main.mjs',
  experiments: { outputModule: isModule },
  externals: external === '--external' ? { offloop: 'node-commonjs offloop' } : {},
  output: {
    ...(publicPath === undefined ? {} : { publicPath }),
    path: fileURLToPath(new URL('dist', import.meta.url)),
    filename: isModule ? 'service.mjs' : 'service.cjs',
    ...(isModule ? { library: { type: 'module' } } : {}),
  },
});
compiler.run((error, stats) => {
  if (error) throw error;
  if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString('errors-warnings'));
  compiler.close(() => {});
});
