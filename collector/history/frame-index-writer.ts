/** Keeps the tag index while frames arrive: a searchable tail, runs built from it in steps, runs merged into tiers. */
import type { Database } from 'better-sqlite3';
import { bucketCount, encodeBuckets, entriesOf, keepEntries, type TaggedFrame } from './frame-index.ts';
import { stepLimits } from './step-limits.ts';

/** When a run is cut and how much is done beside one append. */
export interface IndexLimits {
  /** Entries and frames of the tail at which a run is built. */
  readonly runEntries: number;
  readonly runFrames: number;
  /** Runs of one tier that become one of the next; the last tier is 2. */
  readonly fanOut: number;
  /** Bucket rows written or deleted beside one append. */
  readonly stepBuckets: number;
}

export const defaultIndexLimits: IndexLimits = { runEntries: 131_072, runFrames: 16_384, fanOut: 8, stepBuckets: 32 };

/** Every call runs inside the writer's open transaction; when that is rolled back, the next call reads the state again. */
export interface IndexWriter {
  /** Makes the frame findable at once; frame ids ascend. */
  readonly add: (frame: number, tags: Uint32Array) => void;
  /** One bounded step of what is due; true when something was done. */
  readonly step: () => boolean;
  /** Gives up runs that only point to frames below `frame`; of those whose ordinary frames are gone only the kept ones' entries stay. */
  readonly dropRunsBelow: (frame: number) => void;
}

/** Bucket rows on their way into one run; `rowOf` makes them one by one. `sources` are the runs it replaces. */
interface Build {
  readonly run: number;
  readonly rowOf: (bucket: number) => Buffer;
  readonly sources: readonly number[];
  next: number;
  entries: number;
}

interface State {
  tail: TaggedFrame[];
  entries: number;
  build: Build | null;
  /** Rows of finished or dropped runs may still have to be deleted. */
  untidy: boolean;
  /** Frames were dropped: there may be runs of which little is left. */
  sparse: boolean;
  /** As counted in the database; another count there means that a transaction was rolled back. */
  steps: number;
}

const lastTier = 2;
/** Of runs that hold only entries of kept frames; these are not merged. */
const keptTier = 3;

/** `db` is the one write connection. Nothing is read before the first call. */
export function createIndexWriter(db: Database, limits: IndexLimits = defaultIndexLimits): IndexWriter {
  const sql = statements(db);
  let held: State | null = null;
  const current = (): State => {
    const done = sql.steps.get()?.done ?? 0;
    if (held === null || held.steps !== done) held = load(sql, done);
    return held;
  };
  const add = (frame: number, tags: Uint32Array): void => {
    const state = current();
    const copy = tags.slice();
    sql.insertTail.run(frame, Buffer.from(copy.buffer));
    state.tail.push({ frame, tags: copy });
    state.entries += copy.length;
    count(sql, state);
  };
  const step = (): boolean => {
    const state = current();
    const didSomething = takeStep(sql, state, limits);
    if (didSomething) count(sql, state);
    return didSomething;
  };
  const dropRunsBelow = (frame: number): void => {
    const didDrop = sql.dropRuns.run(frame).changes > 0;
    if (held === null) return;
    held.untidy ||= didDrop;
    held.sparse = true;
  };
  return { add, step, dropRunsBelow };
}

function statements(db: Database) {
  return {
    insertTail: db.prepare('INSERT INTO frame_tail (frame, tags) VALUES (?, ?)'),
    tail: db.prepare<[number], { frame: number; tags: Buffer }>(
      'SELECT frame, tags FROM frame_tail WHERE frame > ? ORDER BY frame',
    ),
    lastReady: db.prepare<[], { frame: number }>(
      "SELECT coalesce(max(last_frame), 0) AS frame FROM tag_runs WHERE state = 'ready'",
    ),
    abandon: db.prepare("UPDATE tag_runs SET state = 'dropped' WHERE state = 'building'"),
    beginRun: db.prepare(
      "INSERT INTO tag_runs (tier, state, first_frame, last_frame, entries) VALUES (?, 'building', ?, ?, ?)",
    ),
    steps: db.prepare<[], { done: number }>('SELECT done FROM tag_steps'),
    countStep: db.prepare('UPDATE tag_steps SET done = ? WHERE one = 1'),
    setState: db.prepare('UPDATE tag_runs SET state = ? WHERE id = ?'),
    dropRuns: db.prepare("UPDATE tag_runs SET state = 'dropped' WHERE state = 'ready' AND last_frame < ?"),
    insertBucket: db.prepare('INSERT INTO tag_buckets (id, entries) VALUES (?, ?)'),
    bucket: db.prepare<[number], { entries: Buffer }>('SELECT entries FROM tag_buckets WHERE id = ?'),
    trimTail: db.prepare(
      `DELETE FROM frame_tail WHERE frame IN (SELECT frame FROM frame_tail WHERE frame <=
        (SELECT max(last_frame) FROM tag_runs WHERE state = 'ready') ORDER BY frame LIMIT ?)`,
    ),
    dropped: db.prepare<[], { id: number }>("SELECT id FROM tag_runs WHERE state = 'dropped' LIMIT 1"),
    trimBuckets: db.prepare(
      'DELETE FROM tag_buckets WHERE id IN (SELECT id FROM tag_buckets WHERE id >= ? AND id < ? LIMIT ?)',
    ),
    deleteRun: db.prepare('DELETE FROM tag_runs WHERE id = ?'),
    fullTier: db.prepare<[number, number], { tier: number }>(
      `SELECT tier FROM tag_runs WHERE state = 'ready' AND tier < ? GROUP BY tier HAVING count(*) >= ? ORDER BY tier LIMIT 1`,
    ),
    sparse: db.prepare<[], { id: number; first: number; last: number }>(
      `SELECT id, first_frame AS first, last_frame AS last FROM tag_runs WHERE state = 'ready' AND tier < ${keptTier}
        AND last_frame < (SELECT id FROM frames NOT INDEXED WHERE kept = 0 ORDER BY id LIMIT 1) ORDER BY first_frame LIMIT 1`,
    ),
    framesIn: db.prepare<[number, number], { id: number; ids: number }>(
      'SELECT id, id_count AS ids FROM frames WHERE id <= ? AND id + id_count > ?',
    ),
    setEntries: db.prepare('UPDATE tag_runs SET entries = ? WHERE id = ?'),
    oldest: db.prepare<[number, number], { id: number; first: number; last: number; entries: number }>(
      `SELECT id, first_frame AS first, last_frame AS last, entries FROM tag_runs
        WHERE state = 'ready' AND tier = ? ORDER BY first_frame LIMIT ?`,
    ),
  };
}

type Statements = ReturnType<typeof statements>;

/** What a crash or a rollback left: the tail is whole, an unfinished run is abandoned. */
function load(sql: Statements, steps: number): State {
  sql.abandon.run();
  const tail = sql.tail.all(sql.lastReady.get()?.frame ?? 0).map(({ frame, tags }) => ({ frame, tags: toWords(tags) }));
  const entries = tail.reduce((sum, { tags }) => sum + tags.length, 0);
  return { tail, entries, build: null, untidy: true, sparse: true, steps };
}

/** The u32 tags of a stored blob, copied so that they are aligned. */
function toWords(blob: Buffer): Uint32Array {
  const words = new Uint32Array(blob.byteLength >>> 2);
  new Uint8Array(words.buffer).set(blob.subarray(0, words.byteLength));
  return words;
}

function beginRun(sql: Statements, tail: readonly TaggedFrame[]): Build {
  const entries = tail.reduce((sum, { tags }) => sum + tags.length, 0);
  const { lastInsertRowid } = sql.beginRun.run(0, tail[0]?.frame ?? 0, tail.at(-1)?.frame ?? 0, entries);
  const rows = encodeBuckets(tail);
  return {
    run: Number(lastInsertRowid),
    rowOf: (bucket) => rows[bucket] ?? Buffer.alloc(0),
    sources: [],
    next: 0,
    entries: 0,
  };
}

function beginMerge(sql: Statements, fanOut: number): Build | null {
  const full = sql.fullTier.get(lastTier, fanOut);
  if (full === undefined) return null;
  const runs = sql.oldest.all(full.tier, fanOut);
  const entries = runs.reduce((sum, run) => sum + run.entries, 0);
  const { lastInsertRowid } = sql.beginRun.run(full.tier + 1, runs[0]?.first ?? 0, runs.at(-1)?.last ?? 0, entries);
  const rowOf = (bucket: number): Buffer =>
    Buffer.concat(runs.map((run) => sql.bucket.get(run.id * bucketCount + bucket)?.entries ?? Buffer.alloc(0)));
  return { run: Number(lastInsertRowid), rowOf, sources: runs.map((run) => run.id), next: 0, entries: 0 };
}

/** A run whose ordinary frames have all ended, without what pointed to them. */
function beginPrune(sql: Statements): Build | null {
  const run = sql.sparse.get();
  if (run === undefined) return null;
  const live = new Set<number>();
  for (const { id, ids } of sql.framesIn.iterate(run.last, run.first)) {
    for (let each = id; each < id + ids; each += 1) live.add(each);
  }
  const { lastInsertRowid } = sql.beginRun.run(keptTier, run.first, run.last, 0);
  const rowOf = (bucket: number): Buffer =>
    keepEntries(sql.bucket.get(run.id * bucketCount + bucket)?.entries ?? Buffer.alloc(0), (frame) => live.has(frame));
  return { run: Number(lastInsertRowid), rowOf, sources: [run.id], next: 0, entries: 0 };
}

function count(sql: Statements, state: State): void {
  state.steps += 1;
  sql.countStep.run(state.steps);
}

function takeStep(sql: Statements, state: State, limits: IndexLimits): boolean {
  if (state.build === null && (state.entries >= limits.runEntries || state.tail.length >= limits.runFrames)) {
    state.build = beginRun(sql, state.tail);
    state.tail = [];
    state.entries = 0;
    return true;
  }
  if (state.build === null && state.untidy) {
    state.untidy = tidy(sql, limits.stepBuckets);
    return true;
  }
  state.build ??= beginMerge(sql, limits.fanOut);
  if (state.build === null && state.sparse) {
    state.build = beginPrune(sql);
    state.sparse = state.build !== null;
  }
  if (state.build === null) return false;
  if (advance(sql, state.build, limits.stepBuckets)) {
    state.build = null;
    state.untidy = true;
  }
  return true;
}

/** True when the run is finished: it and the end of those it replaces become visible in one transaction. */
function advance(sql: Statements, build: Build, buckets: number): boolean {
  const end = Math.min(bucketCount, build.next + buckets);
  let bytes = 0;
  for (; build.next < end && bytes < stepLimits.index; build.next += 1) {
    const row = build.rowOf(build.next);
    bytes += row.length;
    build.entries += entriesOf(row);
    if (row.length > 0) sql.insertBucket.run(build.run * bucketCount + build.next, row);
  }
  if (build.next < bucketCount) return false;
  sql.setEntries.run(build.entries, build.run);
  sql.setState.run('ready', build.run);
  for (const source of build.sources) sql.setState.run('dropped', source);
  return true;
}

/** True while there may be more to delete. */
function tidy(sql: Statements, rows: number): boolean {
  if (sql.trimTail.run(rows * 4).changes > 0) return true;
  const run = sql.dropped.get()?.id;
  if (run === undefined) return false;
  if (sql.trimBuckets.run(run * bucketCount, (run + 1) * bucketCount, rows).changes === 0) sql.deleteRun.run(run);
  return true;
}
