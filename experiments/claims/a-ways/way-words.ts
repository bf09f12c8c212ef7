import type { Interval } from '#gate/statistics/bootstrap-interval';
import { describeAdded } from '../verdict-words.js';
import type { Way } from './cases.js';

const UNITS: Readonly<Record<string, string>> = {
  'a call': 'mỗi lời gọi',
  'a function': 'mỗi hàm',
  'a step': 'mỗi bước',
  'a span': 'mỗi span',
};

/** Of the names that are not only a package's own. */
const VIETNAMESE_NAMES: Readonly<Record<string, string>> = {
  'A2+A1 mixed': 'A2 kèm A1',
  'A6 http and undici': 'A6 http, undici',
};

const BOUNDED = { en: ['below', 'its size not told'], vi: ['dưới', 'chưa đo được là bao nhiêu'] } as const;

/** `A2 observe 0.032 ms (0.015 to 0.055) a function (5 to 15 there)`. */
export function describeWay({ name, unit, documentMillis }: Way, added: Interval): string {
  const there = documentMillis === null ? '' : ` (${documentMillis.join(' to ')} there)`;
  return `${name} ${describeMillis(added, 'en')} ${unit}${there}`;
}

export function describeWayInVietnamese({ name, unit, documentMillis }: Way, added: Interval): string {
  const there = documentMillis === null ? '' : ` (tài liệu: ${documentMillis.join(' to ')})`;
  return `${VIETNAMESE_NAMES[name] ?? name} ${describeMillis(added, 'vi')} ${UNITS[unit] ?? unit}${there}`;
}

/** Where 0 lies inside, only how large it may be: `below 0.200 ms (its size not told: -0.012 to 0.200)`. */
function describeMillis(added: Interval, language: keyof typeof BOUNDED): string {
  const { low, high } = added;
  if (low > 0 || high <= 0) return describeAdded(added, { unit: 'ms', digits: 3 }, language);
  const [below, notTold] = BOUNDED[language];
  return `${below} ${high.toFixed(3)} ms (${notTold}: ${low.toFixed(3)} to ${high.toFixed(3)})`;
}
