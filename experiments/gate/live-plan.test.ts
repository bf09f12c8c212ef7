import { expect, it } from 'vitest';
import { listLiveSteps } from './live-plan.js';

it('has every candidate of a service once a round', () => {
  const steps = listLiveSteps('chat', 2).map(({ arm, round }) => `${round} ${arm.label}`);
  const labels = ['offloop-repeat', 'offloop-blocked', 'batch-otlp-protobuf'];
  expect(steps).toEqual([0, 1].flatMap((round) => labels.map((label) => `${round} ${label}`)));
});
