/** Evidence beside the triggers: coupling of domains and noisy neighbours. Pure. */
export {
  type CallCount,
  coupling,
  type ForeignWrite,
  type RequestCount,
  strongCallsPerRequest,
} from './coupling.ts';
export { strongNeighbours } from './strong-edges.ts';
