import { formatMillis } from '../../report/format-figure.js';
import { COLUMN_COUNT, style, type Terminal } from '../../report/terminal.js';
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
import { foldText } from './fold-text.js';

const FRAME_COUNT = 4;
const FIGURE_WIDTH = 9;
const GAP = '  ';
const INDENT = '     ';

/** Lines of at most 80 columns; none where nobody asked why. */
export function writeTerminalExplanation(explanation: Explanation | null, terminal: Terminal): string[] {
  if (explanation === null) return [];
  if (explanation.status === 'unavailable') {
    return ['', ...foldText(describeUnexplained(explanation.reason), COLUMN_COUNT)];
  }
  const remarks = [describeMethod(explanation), ...explanation.notes];
  const lines = [
    '',
    style(terminal, 'bold', EXPLANATION_TITLE),
    ...remarks.flatMap((text) => foldText(text, COLUMN_COUNT)).map((line) => style(terminal, 'dim', line)),
    '',
    ...writeBlocks(explanation, terminal),
    ...writeFunctions(explanation, terminal),
  ];
  return terminal.unicode ? lines : lines.map((line) => line.replaceAll('…', '~'));
}

function writeBlocks({ blocks }: FoundExplanation, terminal: Terminal): string[] {
  if (blocks.length === 0) return ['The candidate was not blocked in it.', ''];
  const lines = blocks.flatMap((block, index) => {
    const before = blocks[index - 1];
    const isRepeated = before !== undefined && isSameStack(block, before);
    const frames = isRepeated ? [] : chooseFrames(block, FRAME_COUNT);
    return [
      ` ${index + 1}  ${describeBlock(block)}${isRepeated ? ', the same stack' : ''}`,
      ...frames.map(
        (frame) => `${formatMillis(frame.millis).padStart(FIGURE_WIDTH)} ms  ${writePlace(frame, FIGURE_WIDTH + 5)}`,
      ),
      ...describeCircumstances(block)
        .flatMap((text) => foldText(cutWords(text), COLUMN_COUNT - INDENT.length))
        .map((line) => INDENT + line),
    ];
  });
  return [style(terminal, 'dim', 'Longest blocks of the candidate, each with its heaviest stack:'), ...lines, ''];
}

function writeFunctions(explanation: FoundExplanation, terminal: Terminal): string[] {
  const rows = explanation.functions.map((time) => {
    const { growth, candidate, reference } = describeFunctionTime(time);
    return { figures: [growth, candidate, reference].filter((text) => text !== ''), place: time };
  });
  const hasHead = explanation.isCompared && rows.length > 0;
  const head = ['change', 'candidate', 'reference'].map((text) => text.padStart(FIGURE_WIDTH)).join(' ');
  return [
    style(terminal, 'dim', describeFunctionHead(explanation)),
    ...(hasHead ? [style(terminal, 'dim', head)] : []),
    ...rows.map(({ figures, place }) => {
      const cells = figures.map((text) => text.padStart(FIGURE_WIDTH)).join(' ');
      return `${cells}  ${writePlace(place, cells.length + 2)}`;
    }),
  ];
}

/** The name, and where it is: in what is left of the line, half of it each where both are long. */
function writePlace({ functionName, file, line }: FunctionPlace, usedCount: number): string {
  const roomCount = COLUMN_COUNT - usedCount;
  if (file === null) return cutEnd(functionName, roomCount);
  const suffix = line === null ? '' : `:${line}`;
  const at = shortenFile(file, roomCount) + suffix;
  const name = cutEnd(functionName, Math.max(Math.floor(roomCount / 2), roomCount - GAP.length - at.length));
  return name + GAP + shortenFile(file, roomCount - GAP.length - name.length - suffix.length) + suffix;
}

/** A host may be longer than a line. */
function cutWords(text: string): string {
  return text
    .split(' ')
    .map((word) => cutEnd(word, COLUMN_COUNT - INDENT.length))
    .join(' ');
}

function cutEnd(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`;
}
