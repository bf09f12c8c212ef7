import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeHeatMapPage } from '../experiments/matrix/heat-map-page.js';
import { designMatrix } from '../experiments/matrix/matrix-order.js';
import { makeMatrixRun } from '../experiments/matrix/test-run.js';
import { FIND_CHROMIUM_TIMEOUT_MILLIS, openAsFile, startChromium } from './fixtures/report-page.js';

/** What the functions that run in the page use of it; the lab is compiled without the DOM's types. */
declare const innerWidth: number;

const run = makeMatrixRun((arm, { capture }) => {
  if (arm === 'control') return 15;
  return arm.startsWith('offloop') ? 16 : capture === '200 kB' ? 315 : 17;
});
/** Each cell's arm, and offloop beside it. */
const ROW_COUNT = 2 * run.matrix.cells.length;
const ARM_COUNT = 14;
const CAPTURE_COUNT = 6;

let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offloop-heat-map-'));
  browser = await startChromium();
}, FIND_CHROMIUM_TIMEOUT_MILLIS);

afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true });
});

const countFields = (page: Page) => page.locator('.plot svg [aria-label=cell] rect').count();
const countRows = (page: Page) => page.locator('#cells tbody tr:visible').count();

function listColumn(page: Page, column: number): Promise<string[]> {
  return page.$$eval('#cells tbody tr', (rows, at) => rows.map((row) => row.children[at]?.textContent ?? ''), column);
}

/** Whatever reaches over the right or left edge of the screen, the scrolling table apart. */
function listOverflows(page: Page): Promise<string[]> {
  return page.$$eval('body *, svg text', (elements) =>
    elements
      .filter((element) => element.closest('.table, script, style, head') === null)
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        return width > 0 && (left < -1 || right > innerWidth + 1);
      })
      .map((element) => `${element.tagName}: ${element.textContent?.slice(0, 40)}`),
  );
}

describe("the matrix's page, in a browser", () => {
  describe.each([1_280, 360])('%i pixels wide', (width) => {
    it.each(['light', 'dark'] as const)(
      'fits the screen in %s mode, silently, without a network',
      async (colorScheme) => {
        const options = { viewport: { width, height: 800 }, colorScheme };
        const { page, incidents } = await openAsFile(browser, writeHeatMapPage(run), folder, options);
        expect(await countFields(page)).toBe(ARM_COUNT * CAPTURE_COUNT);
        expect(await countRows(page)).toBe(ROW_COUNT);
        expect(await listOverflows(page)).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        expect(incidents).toEqual([]);
        await page.context().close();
      },
    );
  });

  it('filters heat map and table by any axis', async () => {
    const { page, incidents } = await openAsFile(browser, writeHeatMapPage(run), folder);
    await page.selectOption('[data-filter=exporter]', 'langfuse');
    expect([await countFields(page), await countRows(page)]).toEqual([CAPTURE_COUNT, CAPTURE_COUNT]);
    await page.selectOption('[data-filter=capture]', '2 kB');
    expect([await countFields(page), await countRows(page)]).toEqual([1, 1]);
    expect(await page.locator('#shown').textContent()).toBe('1');
    await page.selectOption('[data-filter=instrumentation]', 'manual');
    expect([await countFields(page), await countRows(page)]).toEqual([0, 0]);
    await page.selectOption('[data-filter=instrumentation]', '');
    expect(await countRows(page)).toBe(1);
    expect(incidents).toEqual([]);
    await page.context().close();
  });

  it('draws any two axes and any quantity, the largest first when asked to', async () => {
    const { page, incidents } = await openAsFile(browser, writeHeatMapPage(run), folder);
    await page.selectOption('#rows', 'capture');
    await page.selectOption('#columns', 'load');
    expect(await countFields(page)).toBe(CAPTURE_COUNT * 2);
    const firstName = () => page.locator('.plot svg > g[aria-label=text] text').first().textContent();
    expect(await firstName()).toBe('none');
    await page.selectOption('#order', 'most');
    expect(await firstName()).toBe('200 kB');
    await page.selectOption('#quantity', 'cpu');
    expect(await page.locator('.legend').textContent()).toContain('µs and more');
    expect(incidents).toEqual([]);
    await page.context().close();
  });

  it('sorts the table by the column whose head is clicked, and back', async () => {
    const { page } = await openAsFile(browser, writeHeatMapPage(run), folder);
    const heads = await page.$$eval('#cells thead th', (cells) => cells.map((cell) => cell.textContent));
    const column = heads.indexOf('wait, ms');
    const head = page.locator('#cells thead th').nth(column);
    await head.locator('button').click();
    const descending = (await listColumn(page, column)).map(Number);
    expect(descending).toEqual([...descending].sort((a, b) => b - a));
    expect(descending[0]).toBe(300);
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    await head.locator('button').click();
    expect((await listColumn(page, column)).map(Number)).toEqual([...descending].sort((a, b) => a - b));
    await page.context().close();
  });

  it('has every figure in its table without a script', async () => {
    const options = { javaScriptEnabled: false };
    const { page } = await openAsFile(browser, writeHeatMapPage(run), folder, options);
    expect(await countRows(page)).toBe(ROW_COUNT);
    expect(await page.locator('noscript').textContent()).toContain('The heat map needs JavaScript');
    await page.context().close();
  });

  it('is written of a run in which no trial may be counted', async () => {
    const failed = makeMatrixRun(() => null, designMatrix(1, 2, true));
    const { page, incidents } = await openAsFile(browser, writeHeatMapPage(failed), folder);
    expect([await countFields(page), await countRows(page)]).toEqual([0, 0]);
    expect(incidents).toEqual([]);
    await page.context().close();
  });
});
