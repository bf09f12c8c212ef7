import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { listPages } from './docs/code-blocks.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const CODE = /^ *```[\s\S]*?^ *```/gm;
const LINK = /\]\(([^)\s#]*)(?:#([^)\s]+))?\)/g;

it.each(listPages(ROOT))('%s links to files and headings that exist', (page) => {
  expect(findBrokenLinks(page, readFileSync(join(ROOT, page), 'utf8'))).toEqual([]);
});

it('a link to a file or a heading that is not there is found', () => {
  const markdown =
    '# A b\n\n[a](#a-b) [b](#b) [c](LICENSE) [d](docs/none.md) [e](docs/options.md#none) [f](https://a.example/)';
  expect(findBrokenLinks('README.md', markdown)).toEqual(['#b', 'docs/none.md', 'docs/options.md#none']);
});

function findBrokenLinks(page: string, markdown: string): string[] {
  return [...markdown.replace(CODE, '').matchAll(LINK)].flatMap(([, path = '', heading]) => {
    if (/^\w+:/.test(path)) return [];
    const target = path === '' ? page : join(dirname(page), path);
    const link = heading === undefined ? path : `${path}#${heading}`;
    if (!existsSync(join(ROOT, target))) return [link];
    if (heading === undefined) return [];
    const text = path === '' ? markdown : readFileSync(join(ROOT, target), 'utf8');
    return listHeadings(text).includes(heading) ? [] : [link];
  });
}

/** As GitHub names them in links. */
function listHeadings(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
