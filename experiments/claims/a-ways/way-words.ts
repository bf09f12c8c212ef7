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

/** `A2 observe 0.032 ms (0.015 to 0.055) a function (5 to 15 there)`. */
export function describeWay({ name, unit, documentMillis }: Way, added: Interval): string {
  const there = documentMillis === null ? '' : ` (${documentMillis.join(' to ')} there)`;
  return `${name} ${describeAdded(added, { unit: 'ms', digits: 3 }, 'en')} ${unit}${there}`;
}

export function describeWayInVietnamese({ name, unit, documentMillis }: Way, added: Interval): string {
  const there = documentMillis === null ? '' : ` (tài liệu: ${documentMillis.join(' to ')})`;
  const measured = describeAdded(added, { unit: 'ms', digits: 3 }, 'vi');
  return `${VIETNAMESE_NAMES[name] ?? name} ${measured} ${UNITS[unit] ?? unit}${there}`;
}
