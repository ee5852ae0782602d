/** Fuzzy matching of a query against records held in memory. Pure. */
import { editDistance } from './levenshtein.ts';

/** What can be found. `tokens` are lower-case words of the text; `touchedMs` is Unix ms. */
export interface SearchRecord {
  readonly kind: 'user' | 'post' | 'event';
  readonly id: number;
  readonly title: string;
  readonly tokens: readonly string[];
  readonly hashtags: readonly string[];
  readonly touchedMs: number;
}

/** `score` is 0..1: 1 when each word of the query is in the record as it is written. */
export interface Hit {
  readonly kind: SearchRecord['kind'];
  readonly id: number;
  readonly title: string;
  readonly score: number;
}

/** Distinct lower-case words of letters and digits, at most 60 of them. */
export function tokensOf(text: string): string[] {
  return [...new Set(text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [])].slice(0, 60);
}

/** The best `limit` records in which each word of the query is found, typing errors allowed; best first, newer first when equal. */
export function matchRecords(query: string, records: readonly SearchRecord[], limit: number): readonly Hit[] {
  const words = tokensOf(query).slice(0, 8);
  const hits = records.flatMap((record) => {
    const score = scoreRecord(words, record.tokens);
    return score > 0 ? [{ record, score }] : [];
  });
  hits.sort((left, right) => right.score - left.score || right.record.touchedMs - left.record.touchedMs);
  return hits.slice(0, limit).map(({ record, score }) => ({
    kind: record.kind,
    id: record.id,
    title: record.title,
    score: Math.round(score * 1_000) / 1_000,
  }));
}

function scoreRecord(words: readonly string[], tokens: readonly string[]): number {
  if (words.length === 0) return 0;
  let total = 0;
  for (const word of words) {
    const best = bestMatch(word, tokens);
    if (best === 0) return 0;
    total += best;
  }
  return total / words.length;
}

/** 1 exact, 0.9 the start of a word, else 1 − distance/length; 0 when more than one error in four letters (at most two). */
function bestMatch(word: string, tokens: readonly string[]): number {
  const most = Math.min(2, Math.floor(word.length / 4));
  let best = 0;
  for (const token of tokens) {
    if (token === word) return 1;
    if (token.startsWith(word)) best = Math.max(best, 0.9);
    else if (most > 0 && best < 0.9) {
      const distance = editDistance(word, token, most);
      if (distance <= most) best = Math.max(best, 1 - distance / word.length);
    }
  }
  return best;
}
