/** @type {import('next').NextConfig} */
export default {
  // webpack in Next.js moves the worker to where the bundle does not look for it; Turbopack does not need this line.
  ...(process.env.BUNDLE_OFFLOOP === '1' ? {} : { serverExternalPackages: ['offloop'] }),
  output: 'standalone',
  distDir: 'dist',
  // This folder, whatever other lockfiles lie above it.
  turbopack: { root: import.meta.dirname },
  outputFileTracingRoot: import.meta.dirname,
};
