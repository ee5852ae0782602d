/** Campus Connect, the reference modular monolith that the demo watches. */
export { type Campus, type CampusOptions, createCampus } from './campus.ts';
export type { Domains } from './domains.ts';
export { popularAuthorId, popularBells } from './seed.ts';
export { startTraffic, type Traffic, type TrafficCounts, type TrafficOptions } from './traffic/index.ts';
