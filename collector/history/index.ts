/** The door of the stored history. */
export { type CompactionStep, createCompaction } from './compaction.ts';
export type { FrameInput } from './frame-input.ts';
export { PresenceStore } from './presence.ts';
export type { HistoryReader } from './reader.ts';
export { historyMigrations } from './schema.ts';
export { readSeries, SeriesStore } from './series-store.ts';
export { bucketsOf, SliceStore } from './slice-store.ts';
export { type Stream, StreamStore } from './stream-store.ts';
export { floorTo } from './tiers.ts';
