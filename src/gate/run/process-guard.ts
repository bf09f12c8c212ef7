// Ends what the gate started when the gate itself is gone without a word, as after SIGKILL: nobody else would.
import { endProcessGroup } from './end-process-group.js';

export type GuardCommand =
  | { readonly type: 'watch'; readonly groupId: number }
  | { readonly type: 'release'; readonly groupId: number };

/** Of a group that is ended from now on when the gate is gone. */
export interface GuardReply {
  readonly groupId: number;
}

const groupIds = new Set<number>();

process.on('message', ({ type, groupId }: GuardCommand) => {
  if (type === 'release') {
    groupIds.delete(groupId);
    return;
  }
  groupIds.add(groupId);
  // The gate may be gone.
  process.send?.({ groupId } satisfies GuardReply, () => {});
});
process.once('disconnect', () => {
  for (const groupId of groupIds) endProcessGroup(groupId, 'SIGKILL');
  process.exit();
});
