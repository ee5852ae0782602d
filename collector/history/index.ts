/** The door of the stored history. */
export { type CompactionStep, createCompaction } from './compaction.ts';
export type { FrameInput } from './frame-input.ts';
export { mergeSmallFrames } from './frame-merge.ts';
export { traceMigrations } from './frame-schema.ts';
export { openHistory } from './open-history.ts';
export { PresenceStore } from './presence.ts';
export type { HistoryReader } from './reader.ts';
export { historyMigrations } from './schema.ts';
export { createSegmentWriter, type SegmentWriter } from './segments.ts';
export { readSeries, SeriesStore } from './series-store.ts';
export { bucketsOf, SliceStore } from './slice-store.ts';
export { type DecodedSpan, decodeSpans } from './span-decode.ts';
export { type Stream, StreamStore } from './stream-store.ts';
export { textTag, traceTag } from './tags.ts';
export { floorTo } from './tiers.ts';
