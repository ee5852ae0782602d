/** Answers from the tag index: in which frames may a tag be? Sees every commit of the writer. */
import type { Database } from 'better-sqlite3';
import { createByteCache } from './frame-cache.ts';
import { bucketCount, bucketOf, scanBucket } from './frame-index.ts';

export interface IndexReader {
  /** Frame ids as they were when written (a merged frame answers for several), each once, ascending. May hold false hits, never misses. */
  readonly framesWith: (tag: number) => readonly number[];
}

/** Tags that are in no run yet, side by side with their frames. */
interface Tail {
  tags: Uint32Array;
  frames: Float64Array;
  count: number;
  lastFrame: number;
}

const bucketCacheBytes = 8_388_608;

/** Call within one read transaction per answer, so that runs and tail are of one moment. */
export function createIndexReader(db: Database): IndexReader {
  const runsSql = db.prepare<[], { id: number; last: number }>(
    "SELECT id, last_frame AS last FROM tag_runs WHERE state = 'ready' ORDER BY first_frame",
  );
  const bucketSql = db.prepare<[number], { entries: Buffer }>('SELECT entries FROM tag_buckets WHERE id = ?');
  const tailSql = db.prepare<[number], { frame: number; tags: Buffer }>(
    'SELECT frame, tags FROM frame_tail WHERE frame > ? ORDER BY frame',
  );
  const buckets = createByteCache<Buffer>(bucketCacheBytes, (row) => row.length + 128);
  let tail = emptyTail(0);
  let indexedTo = 0;
  const refreshTail = (lastIndexed: number): void => {
    if (lastIndexed > indexedTo) tail = withoutIndexed(tail, lastIndexed);
    indexedTo = Math.max(indexedTo, lastIndexed);
    for (const row of tailSql.iterate(Math.max(tail.lastFrame, indexedTo))) tail = extended(tail, row.frame, row.tags);
  };
  const framesWith = (tag: number): readonly number[] => {
    const runs = runsSql.all();
    refreshTail(runs.reduce((latest, run) => Math.max(latest, run.last), 0));
    const frames = new Set<number>();
    for (const run of runs) {
      const id = run.id * bucketCount + bucketOf(tag);
      const row = buckets.getOrMake(String(id), () => bucketSql.get(id)?.entries ?? Buffer.alloc(0));
      scanBucket(row, tag, (frame) => frames.add(frame));
    }
    for (let at = indexOf(tail, tag, 0); at >= 0; at = indexOf(tail, tag, at + 1)) frames.add(tail.frames[at] ?? 0);
    return [...frames].sort((left, right) => left - right);
  };
  return { framesWith };
}

function emptyTail(lastFrame: number): Tail {
  return { tags: new Uint32Array(4096), frames: new Float64Array(4096), count: 0, lastFrame };
}

function indexOf(tail: Tail, tag: number, from: number): number {
  const at = tail.tags.indexOf(tag, from);
  return at < tail.count ? at : -1;
}

function withoutIndexed(tail: Tail, lastIndexed: number): Tail {
  const first = tail.frames.subarray(0, tail.count).findIndex((frame) => frame > lastIndexed);
  if (first < 0) return emptyTail(Math.max(tail.lastFrame, lastIndexed));
  const rest = { ...emptyTail(tail.lastFrame), count: tail.count - first };
  rest.tags = tail.tags.slice(first);
  rest.frames = tail.frames.slice(first);
  return rest;
}

/** Grows in place by doubling. */
function extended(tail: Tail, frame: number, blob: Buffer): Tail {
  const added = blob.byteLength >>> 2;
  const count = tail.count + added;
  let { tags, frames } = tail;
  if (count > tags.length) {
    tags = new Uint32Array(count * 2);
    tags.set(tail.tags.subarray(0, tail.count));
    frames = new Float64Array(count * 2);
    frames.set(tail.frames.subarray(0, tail.count));
  }
  new Uint8Array(tags.buffer).set(blob.subarray(0, added * 4), tail.count * 4);
  frames.fill(frame, tail.count, count);
  return { tags, frames, count, lastFrame: frame };
}
