import manifest from 'offloop/package.json' with { type: 'json' };

export const version: string = manifest.version;
