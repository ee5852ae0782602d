/** What ageing has found worth keeping in frames that are still there; they go in the step that writes it. */
import { hourMs } from '../../src/kernel/duration.ts';
import { type AgeingFrame, copySpans } from './frame-keep.ts';
import { tagsOf } from './frame-tags.ts';
import type { FrameTrace } from './span-facts.ts';
import { stepLimits } from './step-limits.ts';

/** A batch is closed at so many frames, kept spans or kept bytes, or when its first frame has waited for an hour. */
const batchFrames = 64;
const batchSpans = 1_024;
const batchBytes = 524_288;
/** An ordinary frame whose time has come; `endMs` is Unix ms. */
export interface AgedFrame {
  readonly id: number;
  readonly ids: number;
  readonly endMs: number;
  readonly spans: number;
  readonly bytes: number;
  readonly rawBytes: number;
  readonly synthetic: number;
  readonly domains: string;
}

/** Filled frame by frame. */
export interface Batch {
  readonly sources: AgedFrame[];
  readonly bodies: Buffer[];
  readonly tags: Set<number>;
  readonly domains: Set<string>;
  spans: number;
  bytes: number;
  errors: number;
  minStartMs: number;
  maxEndMs: number;
  maxDurationMs: number;
}

/** True when it is time to write it: it is large, or no more can come and room is needed or it has waited for an hour. */
export function isClosed(batch: Batch, isMoreDue: boolean, isFull: boolean, dueMs: number): boolean {
  const [first] = batch.sources;
  if (first === undefined) return false;
  const sourceBytes = batch.sources.reduce((sum, { bytes }) => sum + bytes, 0);
  const isLarge =
    batch.sources.length >= batchFrames ||
    sourceBytes >= stepLimits.deleted ||
    batch.spans >= batchSpans ||
    batch.bytes >= batchBytes;
  return isLarge || (!isMoreDue && (isFull || first.endMs < dueMs - hourMs));
}

/** Adds the kept traces of one of its frames. */
export function addKept(batch: Batch, row: AgedFrame, frame: AgeingFrame, kept: readonly FrameTrace[]): void {
  const spans = kept.flatMap((trace) => trace.spans).sort((left, right) => left - right);
  const body = copySpans(frame.bytes, frame.ranges, spans);
  batch.bodies.push(body);
  batch.bytes += body.length;
  batch.spans += spans.length;
  for (const tag of tagsOf(frame.bytes, frame.ranges, spans)) batch.tags.add(tag);
  for (const domain of JSON.parse(row.domains) as string[]) batch.domains.add(domain);
  for (const trace of kept) {
    if (trace.error) batch.errors += trace.spans.length;
    batch.minStartMs = Math.min(batch.minStartMs, trace.startMs);
    batch.maxEndMs = Math.max(batch.maxEndMs, trace.endMs);
    batch.maxDurationMs = Math.max(batch.maxDurationMs, trace.endMs - trace.startMs);
  }
}

/** Holds nothing. */
export function emptyBatch(): Batch {
  return {
    ...{ sources: [], bodies: [], tags: new Set(), domains: new Set() },
    ...{ spans: 0, bytes: 0, errors: 0 },
    ...{ minStartMs: Number.POSITIVE_INFINITY, maxEndMs: Number.NEGATIVE_INFINITY, maxDurationMs: 0 },
  };
}
