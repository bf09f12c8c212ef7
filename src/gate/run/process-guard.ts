// Ends what the gate started when the gate itself is gone without a word, as after SIGKILL: nobody else would.
import { endProcessGroup } from './end-process-group.js';

export type GuardCommand =
  | { readonly type: 'watch'; readonly groupId: number }
  | { readonly type: 'release'; readonly groupId: number };

const groupIds = new Set<number>();

process.on('message', ({ type, groupId }: GuardCommand) => {
  if (type === 'watch') groupIds.add(groupId);
  else groupIds.delete(groupId);
});
process.once('disconnect', () => {
  for (const groupId of groupIds) endProcessGroup(groupId, 'SIGKILL');
  process.exit();
});
