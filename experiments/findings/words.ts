import type { Verdict } from '../claims/claim.js';
import type { Language, Texts } from './finding.js';

/** What the findings call a verdict. */
export const STATUS: Readonly<Record<Verdict['status'], Texts>> = {
  holds: { en: 'Holds in Node.', vi: 'Đúng với Node.' },
  'holds in another form': { en: 'Holds in another form.', vi: 'Đúng, nhưng dưới một dạng khác.' },
  'below the document, size not told': {
    en: 'Below the document, size not told.',
    vi: 'Thấp hơn tài liệu, chưa đo được là bao nhiêu.',
  },
  'does not hold': { en: 'Does not hold in Node.', vi: 'Không đúng với Node.' },
  'cannot tell': { en: 'Cannot be told from this run.', vi: 'Lần đo này chưa kết luận được.' },
};

/** What joins the two ends of a range. */
const TO: Texts = { en: ' to ', vi: ' đến ' };
const NOT_USED: Texts = { en: 'not used', vi: 'không được dùng' };

/** Without the mark that may follow it in a sentence. */
const NUMBER = /\d(?:[\d.,]*\d)?/g;

/** Figures as a reader of the language writes them: in Vietnamese a decimal comma, and points between thousands. */
export function writeFigures(cell: string, language: Language): string {
  if (language === 'en') return cell;
  const swapped = cell.replaceAll(NUMBER, (number) => number.replaceAll(/[.,]/g, (mark) => (mark === '.' ? ',' : '.')));
  return swapped.replaceAll(TO.en, TO[language]).replaceAll(NOT_USED.en, NOT_USED[language]);
}

/** In the place of a table, until there is a run for it. */
export function writeNoRun(command: string, language: Language): string {
  const text: Texts = { en: 'No reference run yet', vi: 'Chưa có lần đo tham chiếu' };
  return `${text[language]}: \`${command}\`.`;
}

/** Where a table comes from, as a page in docs/ shows it. */
export function writeOrigin(
  { command, node }: { readonly command: string; readonly node: string },
  links: readonly string[],
): string {
  return `<sub>\`${command}\`, Node ${node}: ${links.join(', ')}</sub>`;
}
