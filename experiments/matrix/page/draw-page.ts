import type { HeatMapData } from '../heat-map-data.js';
import { drawHeatLegend, drawHeatMap } from './heat-map.js';
import type { HeatMapDocument, HeatMapElement } from './page-globals.js';

declare const document: HeatMapDocument;
declare function addEventListener(type: 'resize', listener: () => void): void;

const data = JSON.parse(find('#chart-data').textContent ?? '') as HeatMapData;
const selects = [...document.querySelectorAll('select')];
const filters = [...document.querySelectorAll('select[data-filter]')];
const heads = [...document.querySelectorAll('#cells thead th')];
const body = find('#cells tbody');

for (const select of selects) select.addEventListener('change', drawAll);
addEventListener('resize', drawAll);
for (const [column, head] of heads.entries()) {
  head.querySelector('button')?.addEventListener('click', () => sortRows(column));
}
drawAll();

function drawAll(): void {
  const isShown = data.points.map(({ levels }) =>
    filters.every(({ value, dataset }) => value === '' || levels[dataset['filter'] ?? ''] === value),
  );
  const quantity = data.quantities.find(({ name }) => name === find('#quantity').value);
  if (quantity === undefined) throw new Error(`no such quantity: ${find('#quantity').value}`);
  const place = find('.plot');
  const choice = {
    quantity,
    rows: find('#rows').value,
    columns: find('#columns').value,
    isMostFirst: find('#order').value === 'most',
  };
  const shown = data.points.filter((_, index) => isShown[index]);
  place.replaceChildren(drawHeatMap(shown, data.axes, choice, place.clientWidth));
  find('.legend').replaceChildren(...drawHeatLegend(quantity));
  find('#shown').textContent = String(shown.length);
  for (const row of body.querySelectorAll('tr')) row.hidden = !isShown[Number(row.dataset['index'])];
}

/** By the column's values, largest first at the first click; rows without one come last. */
function sortRows(column: number): void {
  const head = heads[column];
  const isDescending = head?.getAttribute('aria-sort') !== 'descending';
  for (const other of heads) other.removeAttribute('aria-sort');
  head?.setAttribute('aria-sort', isDescending ? 'descending' : 'ascending');
  const readValue = (row: HeatMapElement) => {
    const text = [...row.querySelectorAll('th, td')][column]?.dataset['value'] ?? '';
    return text === '' ? null : Number(text);
  };
  const rows = [...body.querySelectorAll('tr')].map((row) => ({ row, value: readValue(row) }));
  rows.sort((a, b) => {
    if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
    return isDescending ? b.value - a.value : a.value - b.value;
  });
  body.replaceChildren(...rows.map(({ row }) => row));
}

function find(selector: string): HeatMapElement {
  const element = document.querySelector(selector);
  if (element === null) throw new Error(`expected ${selector} in the page, found none`);
  return element;
}
