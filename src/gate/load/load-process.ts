import { generateLoad } from './generate-load.js';
import type { LoadPlan, LoadReport } from './load-protocol.js';

process.once('disconnect', () => process.exit());
process.once('message', (plan: LoadPlan) => void obey(plan));

async function obey(plan: LoadPlan): Promise<void> {
  const result = await generateLoad(plan, (type) => report({ type }));
  // Only once it is written may the channel close.
  process.send?.({ type: 'done', result } satisfies LoadReport, () => process.disconnect());
}

function report(message: LoadReport): void {
  process.send?.(message);
}
