import { formatMillis } from '../../report/format-figure.js';
import { type Html, html } from '../../report/html-text.js';
import type { ExplainedBlock, FoundExplanation, FunctionPlace } from '../explain/explanation.js';
import type { GateResult } from '../gate-result.js';
import {
  chooseFrames,
  describeBlock,
  describeCircumstances,
  describeFunctionHead,
  describeFunctionTime,
  describeMethod,
  describeUnexplained,
  EXPLANATION_TITLE,
} from './explanation-words.js';

/** A section of the page; none where nobody asked why. */
export function writeHtmlExplanation({ explanation }: Pick<GateResult, 'explanation'>): Html | [] {
  if (explanation === null) return [];
  if (explanation.status === 'unavailable') return html`<p>${describeUnexplained(explanation.reason)}</p>`;
  return html`<section>
<h2>${EXPLANATION_TITLE}</h2>
<p class="caption">${[describeMethod(explanation), ...explanation.notes].join(' ')}</p>
${writeBlocks(explanation)}
<p>${describeFunctionHead(explanation)}</p>
${writeFunctions(explanation)}
</section>`;
}

function writeBlocks({ blocks }: FoundExplanation): Html {
  if (blocks.length === 0) return html`<p>The candidate was not blocked in it.</p>`;
  return html`<div class="table" tabindex="0"><table>
<thead><tr><th scope="col">longest blocks</th><th scope="col">heaviest stack</th><th scope="col">besides</th></tr></thead>
<tbody>${blocks.map(writeBlock)}</tbody>
</table></div>`;
}

function writeBlock(block: ExplainedBlock): Html {
  const frames = chooseFrames(block, block.stack.length).map(
    (frame) => html`<div>${formatMillis(frame.millis)} ms ${writePlace(frame)}</div>`,
  );
  const besides = describeCircumstances(block).map((text) => html`<div>${text}</div>`);
  return html`<tr><th scope="row">${describeBlock(block)}</th><td class="text">${frames}</td><td class="text">${besides}</td></tr>`;
}

function writeFunctions({ functions, isCompared }: FoundExplanation): Html | [] {
  if (functions.length === 0) return [];
  const rows = functions.map((time) => {
    const { growth, candidate, reference } = describeFunctionTime(time);
    const figures = isCompared ? [growth, candidate, reference] : [candidate];
    const cells = figures.map((text) => html`<td>${text}</td>`);
    return html`<tr><th scope="row">${writePlace(time)}</th>${cells}</tr>`;
  });
  const names = isCompared ? ['function', 'change', 'candidate', 'reference'] : ['function', 'candidate'];
  return html`<div class="table" tabindex="0"><table>
<thead><tr>${names.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows}</tbody>
</table></div>`;
}

function writePlace({ functionName, file, line }: FunctionPlace): Html {
  const at = file === null ? '' : `${file}${line === null ? '' : `:${line}`}`;
  return html`<code>${functionName}</code> ${at}`;
}
