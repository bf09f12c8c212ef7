import { formatMillis } from '../../report/format-figure.js';
import type { Explanation, FoundExplanation, FunctionPlace } from '../explain/explanation.js';
import { shortenFile } from '../explain/file-name.js';
import {
  chooseFrames,
  describeBlock,
  describeCircumstances,
  describeFunctionHead,
  describeFunctionTime,
  describeMethod,
  describeUnexplained,
  EXPLANATION_TITLE,
  isSameStack,
} from './explanation-words.js';
import { escapeText } from './markdown-text.js';

const FRAME_COUNT = 3;
const MAX_FILE_LENGTH = 80;

/** Paragraphs and tables; none where nobody asked why. */
export function writeMarkdownExplanation(explanation: Explanation | null): string[] {
  if (explanation === null) return [];
  if (explanation.status === 'unavailable') return [escapeText(describeUnexplained(explanation.reason))];
  return [
    `#### ${EXPLANATION_TITLE}`,
    writeBlocks(explanation),
    ...writeFunctions(explanation),
    ...[describeMethod(explanation), ...explanation.notes].map(escapeText),
  ];
}

function writeBlocks({ blocks }: FoundExplanation): string {
  if (blocks.length === 0) return 'The candidate was not blocked in it.';
  const rows = blocks.map((block, index) => {
    const before = blocks[index - 1];
    const isRepeated = before !== undefined && isSameStack(block, before);
    const frames = isRepeated
      ? ['the same stack']
      : chooseFrames(block, FRAME_COUNT).map((frame) => `${formatMillis(frame.millis)} ms ${writePlace(frame)}`);
    const cells = [
      escapeText(describeBlock(block)),
      frames.join('<br>'),
      describeCircumstances(block).map(escapeText).join('<br>'),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return ['| longest blocks | heaviest stack | besides |', '|---|---|---|', ...rows].join('\n');
}

function writeFunctions(explanation: FoundExplanation): string[] {
  const { functions, isCompared } = explanation;
  if (functions.length === 0) return [describeFunctionHead(explanation)];
  const rows = functions.map((time) => {
    const { growth, candidate, reference } = describeFunctionTime(time);
    const figures = isCompared ? [growth, candidate, reference] : [candidate];
    return `| ${[writePlace(time), ...figures].join(' | ')} |`;
  });
  const head = isCompared
    ? ['| | change | candidate | reference |', '|---|--:|--:|--:|']
    : ['| | candidate |', '|---|--:|'];
  return [describeFunctionHead(explanation), [...head, ...rows].join('\n')];
}

function writePlace({ functionName, file, line }: FunctionPlace): string {
  const at = file === null ? '' : ` ${shortenFile(file, MAX_FILE_LENGTH)}${line === null ? '' : `:${line}`}`;
  return escapeText(`${functionName}${at}`);
}
