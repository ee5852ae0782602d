/** Evidence beside the triggers: coupling of domains and noisy neighbours. Pure. */
export {
  type CallCount,
  coupling,
  type ForeignWrite,
  type RequestCount,
  strongCallsPerRequest,
} from './coupling.ts';
export { neighbourMinutes, type ObservedSlice, worstNeighbour } from './neighbour-minutes.ts';
export {
  type ContrastOptions,
  type NeighbourContrast,
  type NeighbourMinute,
  noisyNeighbour,
} from './noisy-neighbour.ts';
export { strongNeighbours } from './strong-edges.ts';
