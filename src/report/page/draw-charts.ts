import { drawArmLegend, drawPercentiles, drawSurvival } from './curve-charts.js';
import { data } from './marks.js';
import type { Page } from './page-globals.js';
import { drawCpu, drawCpuLegend, drawDifferences, drawTimeline } from './row-charts.js';

declare const document: Page;
declare function addEventListener(type: 'resize', listener: () => void): void;

const menu = document.getElementById('timeline');
menu?.addEventListener('change', drawAll);
addEventListener('resize', drawAll);
drawAll();

function drawAll(): void {
  for (const figure of document.querySelectorAll('figure')) {
    const place = figure.querySelector('.plot');
    const legend = figure.querySelector('.legend');
    if (place === null || legend === null) continue;
    const [chart, index] = (figure.dataset['chart'] ?? '').split(':');
    const width = place.clientWidth;
    switch (chart) {
      case 'survival':
        place.replaceChildren(drawSurvival(data.arrivalWeighted, width));
        legend.replaceChildren(...drawArmLegend());
        break;
      case 'arrivalWeighted':
      case 'raw':
      case 'latency':
        place.replaceChildren(drawPercentiles(data[chart], width));
        legend.replaceChildren(...drawArmLegend());
        break;
      case 'timeline':
        place.replaceChildren(drawTimeline(data.timelines[Number(menu?.value ?? 0)], width));
        break;
      case 'difference':
        place.replaceChildren(drawDifferences(data.differences[Number(index)], width));
        break;
      case 'cpu':
        place.replaceChildren(drawCpu(data.cpu, width));
        legend.replaceChildren(...drawCpuLegend());
        break;
      default:
        throw new Error(`no such chart: ${chart}`);
    }
  }
}
