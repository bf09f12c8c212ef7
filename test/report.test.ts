import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeHtmlReport } from '#report/html-report';
import { makeReportDocument } from '#report/report-document.test.data';
import { FIND_CHROMIUM_TIMEOUT_MILLIS, openAsFile, startChromium } from './fixtures/report-page.js';
import { runBuilt } from './fixtures/run-fixture.js';

const ARM_NAMES = ['control', 'batch-otlp-json', 'batch-otlp-protobuf', 'offloop'];
const CHARTS = ['survival', 'arrivalWeighted', 'difference:0', 'timeline', 'raw', 'latency', 'cpu'];
const COMPARE_RESULTS = 'results/compare';
/** Its libraries take 480 kB, each arm of a reference run some 35 kB. */
const MAX_PAGE_BYTES = 750_000;

/** WCAG 2.2, for what is not text. */
const MIN_CONTRAST = 3;

/** What the functions that run in the page use of it; the package is compiled without the DOM's types. */
declare const innerWidth: number;
declare const document: { readonly body: object };
declare function getComputedStyle(element: object): {
  readonly stroke: string;
  readonly strokeDasharray: string;
  readonly backgroundColor: string;
};

let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offloop-report-'));
  browser = await startChromium();
}, FIND_CHROMIUM_TIMEOUT_MILLIS);

afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true });
});

function findRuns(): Promise<string[]> {
  return readdir(COMPARE_RESULTS).then((names) => names.sort().map((name) => join(COMPARE_RESULTS, name)));
}

/** How many marks each chart has: shapes with a size, beside axes and grid. */
function countMarks(page: Page): Promise<Record<string, number>> {
  return page.$$eval('figure', (figures) =>
    Object.fromEntries(
      figures.map((figure) => {
        const shapes = figure.querySelectorAll(
          '.plot svg :is([aria-label=line], [aria-label=dot], [aria-label=rect], [aria-label=bar]) :is(path, rect, circle)',
        );
        const drawn = [...shapes].filter((shape) => {
          const { width, height } = shape.getBoundingClientRect();
          return width + height > 0;
        });
        return [figure.dataset['chart'] ?? '', drawn.length];
      }),
    ),
  );
}

/** Whatever reaches over the right or left edge of the screen, scrolling tables apart. */
function listOverflows(page: Page): Promise<string[]> {
  return page.$$eval('body *, svg text', (elements) =>
    elements
      .filter((element) => element.closest('.table, script, style, head') === null)
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        return width > 0 && (left < 0 || right > innerWidth);
      })
      .map((element) => `${element.tagName}: ${element.textContent?.slice(0, 40)}`),
  );
}

/** Whether every chart is drawn for the width it has: scaled down, its text would be too small to read. */
function isToScale(page: Page): Promise<boolean> {
  return page.$$eval('.plot', (plots) =>
    plots.every((plot) => plot.querySelector('svg')?.getAttribute('width') === String(plot.clientWidth)),
  );
}

describe('the report, in a browser', () => {
  describe.each([1_280, 360])('%i pixels wide', (width) => {
    it.each(['light', 'dark'] as const)(
      'draws every chart within the screen in %s mode, silently',
      async (colorScheme) => {
        const html = writeHtmlReport(makeReportDocument(ARM_NAMES));
        const options = { viewport: { width, height: 800 }, colorScheme };
        const { page, incidents } = await openAsFile(browser, html, folder, options);
        const marks = await countMarks(page);
        expect(Object.keys(marks)).toEqual(CHARTS);
        for (const chart of CHARTS) expect(marks[chart], chart).toBeGreaterThanOrEqual(ARM_NAMES.length - 1);
        expect(await isToScale(page)).toBe(true);
        expect(await listOverflows(page)).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        expect(incidents).toEqual([]);
        await page.context().close();
      },
    );
  });

  it('has a table with a row for each arm under every chart', async () => {
    const { page } = await openAsFile(browser, writeHtmlReport(makeReportDocument(ARM_NAMES)), folder);
    const rowCounts = await page.$$eval('section', (sections) =>
      sections.map((section) => section.querySelectorAll('details tbody tr').length),
    );
    // The timeline has one for each trial, the differences none for the control.
    expect(rowCounts).toEqual([4, 4, 3, 12, 4, 4, 4]);
    await page.context().close();
  });

  it('shows another trial when asked to', async () => {
    const { page } = await openAsFile(browser, writeHtmlReport(makeReportDocument(ARM_NAMES)), folder);
    const plot = page.locator('[data-chart=timeline] .plot');
    const before = await plot.innerHTML();
    await page.selectOption('#timeline', { label: 'block 3' });
    expect(await plot.innerHTML()).not.toBe(before);
    await page.context().close();
  });

  it('fits its charts to a screen that is turned', async () => {
    const { page, incidents } = await openAsFile(browser, writeHtmlReport(makeReportDocument(ARM_NAMES)), folder);
    await page.setViewportSize({ width: 360, height: 740 });
    await expect.poll(() => isToScale(page)).toBe(true);
    expect(await listOverflows(page)).toEqual([]);
    expect(incidents).toEqual([]);
    await page.context().close();
  });

  it.each(['light', 'dark'] as const)(
    'tells eight arms apart by color in %s mode, and without any',
    async (colorScheme) => {
      const names = Array.from({ length: 8 }, (_, index) => `arm ${index + 1}`);
      const { page } = await openAsFile(browser, writeHtmlReport(makeReportDocument(names)), folder, { colorScheme });
      const lines = await page.$$eval('[data-chart=survival] .plot [aria-label=line]', (groups) => {
        const parse = (color: string) => (color.match(/\d+/g) ?? []).slice(0, 3).map(Number);
        return groups.map((group) => {
          const style = getComputedStyle(group.querySelector('path') ?? group);
          return { color: parse(style.stroke), dash: style.strokeDasharray };
        });
      });
      const shapes = await page.$$eval('[data-chart=survival] .plot [aria-label=dot]', (groups) =>
        groups.map((group) => group.querySelector('path, circle')?.getAttribute('d') ?? 'circle'),
      );
      const paper = await page.evaluate(() =>
        (getComputedStyle(document.body).backgroundColor.match(/\d+/g) ?? []).map(Number),
      );
      expect(lines).toHaveLength(8);
      expect(new Set(lines.map(({ color }) => color.join())).size).toBe(8);
      expect(new Set(lines.map(({ dash }, index) => `${dash} ${shapes[index]}`)).size).toBe(8);
      for (const { color } of lines) expect(contrast(color, paper), color.join()).toBeGreaterThanOrEqual(MIN_CONTRAST);
      await page.context().close();
    },
  );

  it('shows text as text, whatever it holds', async () => {
    const evil = `</script><script>alert(1)</script><img src=x onerror="alert(2)">'"&amp;<!--`;
    const example = makeReportDocument([evil, `${evil} 2`]);
    const [comparison] = example.comparisons;
    if (comparison === undefined) throw new Error('expected a comparison');
    const html = writeHtmlReport({
      ...example,
      title: evil,
      findings: [evil],
      command: evil,
      environment: [{ name: evil, value: evil }],
      comparisons: [{ ...comparison, quantity: evil, method: evil, decision: evil }],
      exclusions: [{ armName: evil, label: evil, reasons: [evil] }],
      notes: [evil],
    });
    const { page, incidents } = await openAsFile(browser, html, folder, { viewport: { width: 360, height: 800 } });
    expect(incidents).toEqual([]);
    expect(await page.title()).toBe(evil);
    for (const place of ['h1', '.finding', 'pre', 'dt', 'dd', 'main > ul:last-of-type li', '.legend li > span']) {
      expect(await page.locator(place).first().textContent(), place).toBe(evil);
    }
    expect(Object.values(await countMarks(page)).every((count) => count > 0)).toBe(true);
    await page.context().close();
  });

  it('says that there is nothing to draw where no trial may be counted', async () => {
    const { page, incidents } = await openAsFile(browser, writeHtmlReport(makeReportDocument([])), folder);
    expect(await page.locator('main').textContent()).toContain('No trial may be counted');
    expect([await page.locator('figure').count(), incidents]).toEqual([0, []]);
    await page.context().close();
  });

  it('leaves out what a single arm in a single trial does not have', async () => {
    const { arms, ...example } = makeReportDocument(['service']);
    const trials = (arms[0]?.trials ?? []).slice(0, 1);
    const bare = trials.map((trial) => ({ ...trial, latency: null, processCpu: null, exports: null }));
    const html = writeHtmlReport({ ...example, arms: [{ name: 'service', trials: bare }], exclusions: [] });
    const { page, incidents } = await openAsFile(browser, html, folder);
    expect(Object.keys(await countMarks(page))).toEqual(['survival', 'arrivalWeighted', 'timeline', 'raw', 'cpu']);
    expect(await page.locator('select').count()).toBe(0);
    expect(await page.locator('main').textContent()).not.toContain('Left out');
    expect(incidents).toEqual([]);
    await page.context().close();
  });
});

describe('offloop report', () => {
  it('makes one small page of every committed run, old ones too', async () => {
    for (const run of await findRuns()) {
      const file = join(folder, 'run.html');
      const { exitCode, stdout, stderr } = await runBuilt('src/cli.js', { args: ['report', run, '--out', file] });
      expect([exitCode, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^offloop report: wrote .*run\.html \(\d+ kB\)\n$/);
      const html = await readFile(file, 'utf8');
      expect(Buffer.byteLength(html)).toBeLessThan(MAX_PAGE_BYTES);
      const { page, incidents } = await openAsFile(browser, html, folder);
      expect(Object.keys(await countMarks(page))).toEqual(CHARTS);
      expect(incidents).toEqual([]);
      await page.context().close();
    }
  });

  it.each<[what: string, args: string[], exitCode: number, message: RegExp]>([
    ['no folder', ['report'], 2, /expected the folder of a run, got none/],
    ['two folders', ['report', 'one', 'two'], 2, /expected one folder, got 'two' too/],
    ['an unknown option', ['report', 'one', '--format', 'pdf'], 2, /--format.*offloop report --help/],
    ['a folder without a run', ['report', tmpdir()], 1, /raw\.jsonl: expected a first line that describes the run/],
  ])('answers %s with one clear line', async (_, args, exitCode, message) => {
    const run = await runBuilt('src/cli.js', { args });
    expect(run).toMatchObject({ exitCode, stdout: '', stderr: expect.stringMatching(message) });
    expect(run.stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('a page that can not be written', () => {
  it('is named in one line, with what to do', async () => {
    const [run = ''] = await findRuns();
    const { exitCode, stderr } = await runBuilt('src/cli.js', { args: ['report', run, '--out', '/dev/null/x.html'] });
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/can't write to \/dev\/null\/x\.html .*--out.*\n$/)]);
  });
});

describe('the published package', () => {
  it('has all that its report takes, and needs no dependency of the development', async () => {
    const [run] = await findRuns();
    const file = join(folder, 'published.html');
    const cli = join(await installAsPublished(folder), 'dist/src/cli.js');
    const { stdout } = await execute(process.execPath, [cli, 'report', run ?? '', '--out', file]);
    expect(stdout).toContain(`wrote ${file}`);
  });
});

const execute = promisify(execFile);

/** What `npm install offloop` would put into a folder: the packed files, and the dependencies as links. */
async function installAsPublished(root: string): Promise<string> {
  const modules = join(root, 'node_modules');
  const installed = join(modules, 'offloop');
  const { stdout } = await execute('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    shell: process.platform === 'win32',
  });
  const [packed] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  for (const { path } of packed.files) {
    await mkdir(dirname(join(installed, path)), { recursive: true });
    await cp(path, join(installed, path));
  }
  const { dependencies } = JSON.parse(await readFile('package.json', 'utf8')) as { dependencies: object };
  for (const name of Object.keys(dependencies)) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(resolve('node_modules', name), join(modules, name), 'junction');
  }
  return installed;
}

function contrast(one: readonly number[], other: readonly number[]): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** Relative luminance by WCAG 2.2, of sRGB channels from 0 to 255. */
function luminance(channels: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = channels
    .map((channel) => channel / 255)
    .map((channel) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
