import type { ClaimVerdict, EstimateOf, Verdict } from '../claim.js';
import { judgeCost } from '../verdict-rule.js';
import { addedMillisOfUnit } from './added.js';
import { WAYS, type Way, type WayName } from './cases.js';
import { describeWay, describeWayInVietnamese } from './way-words.js';

/** In the document the one is the dearest way and the other the cheapest. */
const DEAREST: WayName = 'A2 observe';
const CHEAPEST: WayName = 'A1 v3 client';

const WHY =
  'a span is an object that waits in memory, and what it carries costs one JSON.stringify; the v3 client makes JSON of ' +
  'every event twice and of its whole queue once more with each, so it does more than enqueue';

const VIETNAMESE_WHY =
  'một span chỉ là một đối tượng chờ trong bộ nhớ, và những gì nó mang theo tốn một lần JSON.stringify; còn client v3 ' +
  'tạo JSON hai lần cho mỗi sự kiện, rồi thêm một lần cho cả hàng đợi, nên nó không chỉ đưa vào hàng đợi';

/** Of one way, by what the document says of it. @throws {Error} for a way of which it says nothing. */
export function judgeWay(name: WayName): (estimate: EstimateOf) => Verdict['status'] {
  const { low } = readDocument(name);
  const added = addedMillisOfUnit(findWay(name));
  return (estimate) => judgeCost(estimate(added), low);
}

/**
 * Judges the document's order, wrapping dear and calls cheap, by what the one costs over the other; where it is so, whether
 * each way costs what it does there.
 */
export function judgeWays(estimate: EstimateOf): ClaimVerdict {
  const judged = WAYS.map((way: Way) => ({ way, added: estimate(addedMillisOfUnit(way)) }));
  const documented = judged.flatMap(({ way: { documentMillis }, added }) =>
    documentMillis === null ? [] : { leastMillis: documentMillis[0], added },
  );
  if (!documented.some(({ added }) => added.low > 0)) {
    return {
      status: 'cannot tell',
      sentence: 'What each way adds is lost in the noise.',
      vietnameseSentence: 'Phần mà mỗi cách cộng thêm lẫn trong nhiễu.',
    };
  }
  const figures = judged.map(({ way, added }) => describeWay(way, added)).join(', ');
  const vietnameseFigures = judged.map(({ way, added }) => describeWayInVietnamese(way, added)).join(', ');
  const difference = estimate((figure) => ofUnit(DEAREST)(figure) - ofUnit(CHEAPEST)(figure));
  const order = judgeCost(difference, readDocument(DEAREST).low - readDocument(CHEAPEST).high);
  if (order === 'holds' && documented.every(({ added, leastMillis }) => judgeCost(added, leastMillis) === 'holds')) {
    return {
      status: 'holds',
      sentence: `Each way adds what it adds in the document: ${figures}.`,
      vietnameseSentence: `Mỗi cách cộng thêm đúng cỡ như trong tài liệu: ${vietnameseFigures}.`,
    };
  }
  const belowCount = documented.filter(({ added, leastMillis }) => added.high < leastMillis).length;
  const finding =
    `${belowCount} of ${documented.length} ways with a range in the document lie below it, because in Node ${WHY}: ` +
    `main-thread CPU is ${figures}`;
  const vietnameseFinding =
    `${belowCount} trong ${documented.length} cách có khoảng số trong tài liệu nằm dưới khoảng đó, vì trong Node ` +
    `${VIETNAMESE_WHY}; CPU của main thread: ${vietnameseFigures}`;
  if (difference.low > 0) {
    return {
      status: 'holds in another form',
      sentence: `Wrapping is dearer than low-level calls, but ${finding}.`,
      vietnameseSentence: `Bọc hàm đắt hơn lời gọi cấp thấp, nhưng ${vietnameseFinding}.`,
    };
  }
  const [compared, vietnameseCompared] =
    difference.high < 0 ? ['is cheaper than', 'rẻ hơn'] : ["can't be told from", 'không phân biệt được với'];
  return {
    status: order,
    sentence: `Wrapping a function ${compared} a call of the low-level client, and ${finding}.`,
    vietnameseSentence: `Bọc một hàm ${vietnameseCompared} một lời gọi của client cấp thấp, và ${vietnameseFinding}.`,
  };
}

/** In milliseconds. @throws {Error} for a way of which the document says nothing. */
function readDocument(name: WayName): { readonly low: number; readonly high: number } {
  const { documentMillis } = findWay(name);
  if (documentMillis === null) throw new Error(`${name}: expected a way that the document has a figure for`);
  const [low, high] = documentMillis;
  return { low, high };
}

function ofUnit(name: WayName) {
  return addedMillisOfUnit(findWay(name));
}

function findWay(name: WayName): Way {
  const way = WAYS.find((candidate) => candidate.name === name);
  if (way === undefined) throw new Error(`unreachable: ${name} is a way`);
  return way;
}
