/** Search as the monolith has it: fuzzy matching in memory on `.take(500)` records (S1 §7.1). Owns no table, only its index. */
import { increment, metric, recordDuration } from 'seamwatch/instrument';
import type { Clock } from '../platform/index.ts';
import { type Hit, matchRecords, type SearchRecord, tokensOf } from './matching.ts';

/** Records that one query looks at (S1 §7.1). */
export const takenRecords = 500;

/** Records that stay in memory; the ones touched longest ago leave first. */
const keptRecords = 20_000;

/** Ms that a hashtag counts as trending after its last use. */
const trendingMs = 3_600_000;

/** What is to be found; `changedMs` is when the change happened (Unix ms), `text` everything that is searched. */
export interface Document {
  readonly kind: SearchRecord['kind'];
  readonly id: number;
  readonly title: string;
  readonly text: string;
  readonly hashtags: readonly string[];
  readonly changedMs: number;
}

/** `truncated` = there were more records than a query looks at, so something may have been missed. */
export interface SearchAnswer {
  readonly items: readonly Hit[];
  readonly truncated: boolean;
}

/** The door of the domain. Each writing call may be repeated without effect. */
export interface Search {
  readonly query: (text: string, options: { kind?: SearchRecord['kind']; limit: number }) => Promise<SearchAnswer>;
  /** Hashtags of the last hour by use, most used first. */
  readonly trending: (limit: number) => Promise<readonly string[]>;
  readonly index: (document: Document) => Promise<void>;
  readonly addText: (kind: SearchRecord['kind'], id: number, text: string, changedMs: number) => Promise<void>;
  readonly remove: (kind: SearchRecord['kind'], id: number) => Promise<void>;
  /** The full reindex: replaces everything. */
  readonly reindex: (documents: readonly Document[]) => Promise<number>;
}

/** An empty index. The map's order is oldest change first. */
export function createSearch({ clock }: { readonly clock: Clock }): Search {
  const records = new Map<string, SearchRecord>();
  const put = (record: SearchRecord): void => {
    const key = keyOf(record.kind, record.id);
    records.delete(key);
    records.set(key, record);
    const oldest = records.keys().next().value;
    if (records.size > keptRecords && oldest !== undefined) records.delete(oldest);
  };
  const noteLag = (changedMs: number): void =>
    recordDuration(metric.searchIndexLag, Math.max(0, clock.nowMs() - changedMs) / 1_000);
  return {
    query: async (text, options) => answer(text, options, [...records.values()], clock),
    trending: async (limit) =>
      trendingOf([...records.values()].slice(-takenRecords), clock.nowMs() - trendingMs, limit),
    index: async (document) => {
      put(recordOf(document));
      noteLag(document.changedMs);
    },
    addText: async (kind, id, text, changedMs) => {
      const record = records.get(keyOf(kind, id));
      if (record === undefined) return;
      put({
        ...record,
        tokens: [...new Set([...record.tokens, ...tokensOf(text)])].slice(0, 200),
        touchedMs: changedMs,
      });
      noteLag(changedMs);
    },
    remove: async (kind, id) => {
      records.delete(keyOf(kind, id));
    },
    reindex: async (documents) => {
      records.clear();
      for (const document of documents) put(recordOf(document));
      return records.size;
    },
  };
}

function answer(
  text: string,
  options: { kind?: SearchRecord['kind']; limit: number },
  all: readonly SearchRecord[],
  clock: Clock,
): SearchAnswer {
  const startMs = clock.monotonicMs();
  const wanted = options.kind === undefined ? all : all.filter((record) => record.kind === options.kind);
  const taken = wanted.slice(-takenRecords);
  const engineMs = clock.monotonicMs();
  const items = matchRecords(text, taken, options.limit);
  const endMs = clock.monotonicMs();
  const truncated = wanted.length > taken.length;
  if (truncated) increment(metric.searchTruncated);
  recordDuration(metric.searchQuery, (endMs - engineMs) / 1_000, { phase: 'engine' });
  recordDuration(metric.searchQuery, (endMs - startMs) / 1_000, { phase: 'total' });
  return { items, truncated };
}

function trendingOf(records: readonly SearchRecord[], sinceMs: number, limit: number): readonly string[] {
  const uses = new Map<string, number>();
  for (const record of records) {
    if (record.touchedMs < sinceMs) continue;
    for (const tag of record.hashtags) uses.set(tag, (uses.get(tag) ?? 0) + 1);
  }
  const ordered = [...uses].sort(([leftTag, left], [rightTag, right]) => right - left || (leftTag < rightTag ? -1 : 1));
  return ordered.slice(0, limit).map(([tag]) => tag);
}

function recordOf(document: Document): SearchRecord {
  const { kind, id, title, hashtags, changedMs } = document;
  return { kind, id, title, hashtags, tokens: tokensOf(document.text), touchedMs: changedMs };
}

function keyOf(kind: SearchRecord['kind'], id: number): string {
  return `${kind}:${id}`;
}
