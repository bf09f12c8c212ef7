import type { Interval } from '#gate/statistics/bootstrap-interval';
import type { ClaimVerdict, EstimateOf } from '../claim.js';
import { combineStatuses, judgeCost } from '../verdict-rule.js';
import { describeAdded } from '../verdict-words.js';

/** What the document's client added to a function, made in each call or in the first. */
const DOCUMENT_MILLIS = 681;

/** In service 0.1 s became 10 ms at the most. */
const DOCUMENT_SERVICE_MILLIS = 90;

const FORMAT = { unit: 'ms', digits: 2 } as const;

interface OfVersions<Value> {
  readonly v3: Value;
  readonly v5: Value;
}

interface Added {
  /** By a client per call, to a later call. */
  readonly later: OfVersions<Interval>;
  /** To the first call, by a client made there. */
  readonly first: OfVersions<Interval>;
  readonly modulesMillis: OfVersions<number>;
  /** By a client per call, to a request in service. */
  readonly p50: OfVersions<Interval>;
  readonly p99: OfVersions<Interval>;
}

export function judgeClientPerCall(estimate: EstimateOf): ClaimVerdict {
  const over = (figureName: string, way: string, place = '') =>
    ofVersions((version) =>
      estimate(
        (figure) =>
          figure(`${version} ${way}${place}`, figureName) - figure(`${version} at start-up${place}`, figureName),
      ),
    );
  const added: Added = {
    later: over('laterAddedMillis', 'per call'),
    first: over('firstAddedMillis', 'on first use'),
    modulesMillis: ofVersions(
      (version) => estimate((figure) => figure(`${version} at start-up`, 'importMillis')).estimate,
    ),
    p50: over('requestP50Millis', 'per call', ' in service'),
    p99: over('requestP99Millis', 'per call', ' in service'),
  };
  const { later, first, p50 } = added;
  const status = combineStatuses([
    ...[later.v3, later.v5, first.v3, first.v5].map((each) => judgeCost(each, DOCUMENT_MILLIS)),
    ...[p50.v3, p50.v5].map((each) => judgeCost(each, DOCUMENT_SERVICE_MILLIS)),
  ]);
  return { status, sentence: explain(status, added), vietnameseSentence: explainInVietnamese(status, added) };
}

function explain(status: ClaimVerdict['status'], { later, first, modulesMillis, p50, p99 }: Added): string {
  const tell = (interval: Interval) => describeAdded(interval, FORMAT, 'en');
  const lead: Readonly<Record<typeof status, string>> = {
    holds: '',
    'holds in another form': '',
    'below the document, size not told': 'When a client is made makes no difference that can be told. ',
    'does not hold': 'When a client is made makes no difference. ',
    'cannot tell': 'What can be told is not enough. ',
  };
  const why =
    status === 'holds in another form'
      ? 'A constructor in Node opens no connection and starts no thread, so what is left in a single call is small. '
      : '';
  return (
    `${lead[status]}A client per call adds ${tell(later.v3)} (v3) and ${tell(later.v5)} (v5) to a later call over one ` +
    `made at start-up, and a client made in the first call adds ${tell(first.v3)} (v3) and ${tell(first.v5)} (v5) to ` +
    `it; the document's added ${DOCUMENT_MILLIS} ms. ${why}Modules that are loaded in that call too take ` +
    `${modulesMillis.v3.toFixed(0)} ms (v3) and ${modulesMillis.v5.toFixed(0)} ms (v5) more. In service, where each ` +
    'client delivers by itself what others send together, a client per call adds to a request of 3 calls ' +
    `${tell(p50.v3)} at p50 and ${tell(p99.v3)} at p99 (v3), and ${tell(p50.v5)} at p50 and ${tell(p99.v5)} at p99 (v5).`
  );
}

function explainInVietnamese(status: ClaimVerdict['status'], { later, first, modulesMillis, p50, p99 }: Added): string {
  const tell = (interval: Interval) => describeAdded(interval, FORMAT, 'vi');
  const lead: Readonly<Record<typeof status, string>> = {
    holds: '',
    'holds in another form': '',
    'below the document, size not told': 'Tạo client lúc nào cũng không khác nhau tới mức nhận ra được. ',
    'does not hold': 'Tạo client lúc nào cũng như nhau. ',
    'cannot tell': 'Những gì nhận ra được chưa đủ để kết luận. ',
  };
  const why =
    status === 'holds in another form'
      ? 'Trong Node, hàm khởi tạo không mở kết nối và không tạo thread nào, nên phần còn lại của một lời gọi là nhỏ. '
      : '';
  return (
    `${lead[status]}So với client tạo sẵn lúc khởi động, tạo client ở mỗi lần gọi cộng thêm vào các lần gọi sau ` +
    `${tell(later.v3)} (v3) và ${tell(later.v5)} (v5); tạo client ngay trong lần gọi đầu cộng thêm vào lần gọi đó ` +
    `${tell(first.v3)} (v3) và ${tell(first.v5)} (v5); con số của tài liệu là ${DOCUMENT_MILLIS} ms. ${why}Nếu các ` +
    `module cũng được nạp trong lần gọi đó thì mất thêm ${modulesMillis.v3.toFixed(0)} ms (v3) và ` +
    `${modulesMillis.v5.toFixed(0)} ms (v5). Trong dịch vụ, mỗi client tự gửi riêng phần mà lẽ ra được gửi chung, nên ` +
    `tạo client ở mỗi lần gọi cộng thêm vào một request gồm 3 lời gọi ${tell(p50.v3)} ở p50 và ${tell(p99.v3)} ở p99 ` +
    `(v3), ${tell(p50.v5)} ở p50 và ${tell(p99.v5)} ở p99 (v5).`
  );
}

function ofVersions<Value>(read: (version: 'v3' | 'v5') => Value): OfVersions<Value> {
  return { v3: read('v3'), v5: read('v5') };
}
