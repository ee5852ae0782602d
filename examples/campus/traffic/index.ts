/** Simulated people on the monolith. */
export { type Action, actionFor, actions, type WeightedAction } from './actions.ts';
export type { TrafficCounts } from './client.ts';
export { arrivalGapMs, dayFactor, demoDayMs } from './shape.ts';
export { startTraffic, type Traffic, type TrafficOptions } from './traffic.ts';
