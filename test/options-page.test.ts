import { describe, expect, it } from 'vitest';
import { listOptions, OPTIONS_BLOCKS, writeOptionsTable } from '../experiments/options-page/options-table.js';
import { type OptionEntry, readOptions } from '../experiments/options-page/read-options.js';
import { type ResolvedOptions, resolveOptions } from '../src/options.js';

const SOURCES = new URL('../src/', import.meta.url);
const options = await listOptions('options', SOURCES);

const resolve = (name: string, environment: NodeJS.ProcessEnv = {}) =>
  resolveOptions({}, environment)[name as keyof ResolvedOptions];

const hasNumber = ({ defaultText }: OptionEntry) => /^\d/.test(defaultText ?? '');

describe('docs/options.md', () => {
  it.each(options.filter(hasNumber))('has the default of $name that the code has', ({ name, defaultText }) => {
    expect(resolve(name)).toBe(Number(/^[\d_]+/.exec(defaultText ?? '')?.[0].replaceAll('_', '')));
  });

  it.each(options.filter(({ variables }) => variables.length > 0))('has the variable that sets $name', (option) => {
    expect(option.variables).toHaveLength(1);
    expect(resolve(option.name, { [option.variables[0] ?? '']: '7' })).toBe(7);
  });

  it('misses no variable that the code reads', () => {
    const documented = new Set(options.flatMap(({ variables }) => variables));
    const read = new Set<string>();
    const environment = new Proxy<NodeJS.ProcessEnv>({}, { get: (_, name) => void read.add(String(name)) });
    resolveOptions({}, environment);
    const undocumented = [...read].filter((name) => name.startsWith('OTEL_BSP_') && !documented.has(name));
    expect(read.size).toBeGreaterThan(documented.size - 1);
    expect(undocumented).toEqual([]);
  });

  it.each(OPTIONS_BLOCKS)('lists %s', async (block) => {
    const listed = await listOptions(block, SOURCES);
    expect(listed.length).toBeGreaterThan(1);
    expect(writeOptionsTable(listed).split('\n')).toHaveLength(listed.length + 2);
  });
});

describe('readOptions', () => {
  const read = (members: string) => readOptions('a.ts', `export interface Options {\n${members}\n}`, 'Options');

  it("tells an option's type, default, unit and variables", () => {
    const docstring = '/** How long {@link X} may take. Environment: `A_B`, `C`. Whole number. @default 1_000 */';
    expect(read(`${docstring} readonly timeoutMillis?: number;`)).toEqual([
      {
        name: 'timeoutMillis',
        type: 'number',
        defaultText: '1_000',
        unit: 'milliseconds',
        variables: ['A_B', 'C'],
        text: 'How long `X` may take. Whole number.',
      },
    ]);
    expect(read('/** Spans. @unit spans @default 1 */ readonly a?: number;')).toMatchObject([{ unit: 'spans' }]);
    expect(read('/** The module. */ readonly a: string;')).toMatchObject([{ defaultText: null, unit: '' }]);
  });

  it('refuses a docstring that lacks what the page needs', () => {
    expect(() => read('readonly a: string;')).toThrow('a.ts: Options.a: expected a docstring');
    expect(() => read('/** A text. */ readonly a?: string;')).toThrow('a.ts: Options.a: expected @default');
    expect(() => read('/** Some. @default 1 */ readonly a?: number;')).toThrow('a.ts: Options.a: expected its unit');
    expect(() => readOptions('a.ts', 'interface Other {}', 'Options')).toThrow('expected an interface Options');
  });

  it('keeps a table whole whatever stands in a type', () => {
    const table = writeOptionsTable(read("/** Text. @default 'a' */ readonly a?: 'a' | 'b';"));
    expect(table.split('\n')[2]).toBe("| `a` | `'a' \\| 'b'` | 'a' | Text. |");
  });
});
