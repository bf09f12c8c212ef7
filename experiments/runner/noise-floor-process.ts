// Sleeps, and measures how late it wakes up: what the machine itself does to a loop that nobody uses.
import { type NoiseFloorCommand, type NoiseFloorReport, NoiseFloorWindow } from './noise-floor.js';

let noiseWindow: NoiseFloorWindow | undefined;

process.once('disconnect', () => process.exit());
process.on('message', ({ type }: NoiseFloorCommand) => {
  const noiseFloor = noiseWindow?.stop();
  noiseWindow = type === 'start' ? new NoiseFloorWindow() : undefined;
  if (type === 'stop' && noiseFloor !== undefined) report({ type: 'noise-floor', noiseFloor });
});
report({ type: 'ready' });

function report(message: NoiseFloorReport): void {
  process.send?.(message);
}
