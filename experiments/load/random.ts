export { createRandom } from '#gate/statistics/random';
