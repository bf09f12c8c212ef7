import type { Interval } from '#gate/statistics/bootstrap-interval';
import type { ClaimVerdict, EstimateOf } from '../claim.js';
import { combineStatuses, judgeCost } from '../verdict-rule.js';

/** What the document measured of Langfuse's own test of its SDK v2, in milliseconds. */
export const DOCUMENT_MILLIS = { trace: 0.266, span: 0.16, generation: 0.2, event: 0.24 } as const;

export const V3_CALLS = ['trace', 'span', 'generation', 'event'] as const;

/** The claim is that a call costs so much and no more: where it is dearer it does not hold. */
export function judgeLocalCalls(estimate: EstimateOf): ClaimVerdict {
  const ratios = V3_CALLS.map((call) =>
    estimate((figure) => figure(`v3 ${call}`, 'hotCallP50Millis') / DOCUMENT_MILLIS[call]),
  );
  const afterwards = V3_CALLS.map((call) =>
    estimate((figure) => figure(`v3 ${call}`, 'loopMillisPerCall') / figure(`v3 ${call}`, 'hotCallP50Millis')),
  );
  const share = formatShare(ratios);
  const calls = `a hot v3 call takes ${share} of the document's time`;
  const vietnameseCalls = `một lời gọi v3 đã nóng mất ${share} thời gian trong tài liệu`;
  if (ratios.some(({ low }) => low > 1)) {
    return {
      status: 'does not hold',
      sentence: `Not every call is as cheap in Node: ${calls}.`,
      vietnameseSentence: `Trong Node không phải lời gọi nào cũng rẻ như vậy: ${vietnameseCalls}.`,
    };
  }
  const status = combineStatuses(ratios.map((ratio) => judgeCost(ratio, 1)));
  const [lead, vietnameseLead] =
    status === 'holds' ? ['The call costs as much', 'Lời gọi tốn ngang'] : ['The call is cheaper', 'Lời gọi rẻ hơn'];
  if (afterwards.every(({ low }) => low > 1)) {
    const times = formatTimes(afterwards);
    return {
      status,
      sentence:
        `${lead}, ${calls}, but it does not only enqueue: the loop pays ${times} times as much, ` +
        'because what was queued is turned to JSON and sent, 15 events a request, on the same loop.',
      vietnameseSentence:
        `${vietnameseLead}, ${vietnameseCalls}, nhưng nó không chỉ đưa vào hàng đợi: event loop phải trả gấp ${times} ` +
        'lần, vì những gì trong hàng đợi được chuyển thành JSON rồi gửi đi, mỗi request 15 sự kiện, trên cùng event loop.',
    };
  }
  return {
    status,
    sentence: `${lead}, ${calls}, and nothing comes after it.`,
    vietnameseSentence: `${vietnameseLead}, ${vietnameseCalls}, và sau đó không còn gì phải trả.`,
  };
}

function formatShare(ratios: readonly Interval[]): string {
  const shares = ratios.map(({ estimate }) => estimate);
  const percent = (ratio: number) => `${(100 * ratio).toFixed(ratio < 0.1 ? 1 : 0)} %`;
  return `${percent(Math.min(...shares))} to ${percent(Math.max(...shares))}`;
}

function formatTimes(ratios: readonly Interval[]): string {
  const times = ratios.map(({ estimate }) => estimate);
  return `${Math.min(...times).toFixed(1)} to ${Math.max(...times).toFixed(1)}`;
}
