import type { ClaimVerdict, EstimateOf, FigureOf } from '../claim.js';
import { judgeCost } from '../verdict-rule.js';
import { describeAdded } from '../verdict-words.js';

/** 10 µs against 1 µs. */
const DOCUMENT_MICROS = 9;

/** What else in Node takes a second host, besides the constructor. */
const SECOND_HOSTS = [
  {
    caseName: 'v3 second clientInitParams',
    en: "v3's second clientInitParams of observeOpenAI",
    vi: 'clientInitParams thứ hai của observeOpenAI (v3)',
  },
  {
    caseName: 'v5 second register',
    en: "v5's second provider.register()",
    vi: 'provider.register() thứ hai (v5)',
  },
] as const;

/** Of what was made after a second host had been given, the share that reached it. */
export function secondHostPercent(caseName: string) {
  return (figure: FigureOf): number =>
    (100 * figure(caseName, 'secondHostCount')) / figure(caseName, 'secondMadeCount');
}

/** The claim is that a constructor is dearer and ignores its second host: both have to be so. */
export function judgeGetClient(estimate: EstimateOf): ClaimVerdict {
  const extraMicros = estimate(
    (figure) => figure('v3 constructor', 'callMicros') - figure('v3 module instance', 'callMicros'),
  );
  const isIgnored = (caseName: string) => estimate(secondHostPercent(caseName)).estimate === 0;
  const ignored = SECOND_HOSTS.filter(({ caseName }) => isIgnored(caseName));
  const status = judgeCost(extraMicros, DOCUMENT_MICROS);
  const extra = (language: 'en' | 'vi') => describeAdded(extraMicros, { unit: 'µs', digits: 1 }, language);
  const cost = `a constructor costs ${extra('en')} more than an instance that is held`;
  const vietnameseCost = `so với dùng lại một instance có sẵn, một lần khởi tạo tốn thêm ${extra('vi')}`;
  if (isIgnored('v3 second constructor')) {
    return {
      status,
      sentence: `The second constructor's host is ignored, and ${cost}.`,
      vietnameseSentence: `Host của lần khởi tạo thứ hai bị bỏ qua; ${vietnameseCost}.`,
    };
  }
  if (ignored.length === 0) {
    return {
      status: 'does not hold',
      sentence: `Every second host was used, because nothing in Node is a singleton here; ${cost}.`,
      vietnameseSentence: `Mọi host thứ hai đều được dùng, vì ở đây Node không có singleton nào; ${vietnameseCost}.`,
    };
  }
  return {
    status: status === 'holds' ? 'holds in another form' : status,
    sentence:
      `In Node a constructor looks nothing up: it makes a new client each time, whose host is used, and ${cost}. ` +
      `What silently ignores the second host is ${ignored.map(({ en }) => en).join(' and ')}, because there the first ` +
      'one stays.',
    vietnameseSentence:
      'Trong Node, hàm khởi tạo không tra cứu gì: mỗi lần gọi nó tạo một client mới và dùng đúng host được đưa vào; ' +
      `${vietnameseCost}. Thứ lặng lẽ bỏ qua host thứ hai là ${ignored.map(({ vi }) => vi).join(' và ')}, vì ở đó cái ` +
      'đầu tiên được giữ nguyên.',
  };
}
