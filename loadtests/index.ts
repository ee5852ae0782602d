/** Load: what is rehearsed, by which thresholds, and how it went. */
export { generateThresholds } from './thresholds.ts';
