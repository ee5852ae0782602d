/** Coupling of domains, measured: who calls whom, how often per request, sync or async, inside a transaction. */
import type { CouplingEdge } from '../contract/index.ts';
import type { Outcome } from '../kernel/conventions.ts';

/** Sum of one `domain.call.duration` series over the window. */
export interface CallCount {
  readonly from: string;
  readonly to: string;
  readonly mode: 'sync' | 'async';
  readonly inTransaction: boolean;
  /** How these calls ended; null where the series does not tell. */
  readonly outcome: Outcome | null;
  readonly calls: number;
}

/** Writes of one domain to a table that another owns, over the window. */
export interface ForeignWrite {
  readonly from: string;
  readonly owner: string;
  readonly table: string;
  readonly writes: number;
}

/** Requests of a domain over the window: entry requests plus calls from other domains; absent = unknown. */
export interface RequestCount {
  readonly domain: string;
  readonly requests: number;
}

/** Share of the caller's requests from which a synchronous call makes an edge strong. Ours; the documents name no number. */
export const strongCallsPerRequest = 0.01;

interface Pair {
  readonly from: string;
  readonly to: string;
  readonly mode: 'sync' | 'async';
  readonly calls: number;
  readonly inTransaction: number;
  readonly knownOutcomes: number;
  readonly failed: number;
}

/** One edge per (from, to, mode) with its strength and why; calls inside one domain are no coupling. Sorted by calls, most first. */
export function coupling(
  counts: readonly CallCount[],
  requests: readonly RequestCount[],
  foreignWrites: readonly ForeignWrite[] = [],
): readonly CouplingEdge[] {
  const perDomain = new Map(requests.map(({ domain, requests: count }) => [domain, count]));
  const pairs = pairUp(counts);
  const writes = foreignWrites.filter(({ from, owner, writes: count }) => from !== owner && count > 0);
  const unpaired = writes.filter(({ from, owner }) => !pairs.some((pair) => pair.from === from && pair.to === owner));
  const written = pairUp(
    unpaired.map(({ from, owner }) => ({
      ...{ from, to: owner, mode: 'sync', inTransaction: false, outcome: null, calls: 0 },
    })),
  );
  return [...pairs, ...written]
    .map((pair) => judgeEdge(pair, perDomain.get(pair.from) ?? null, writes))
    .sort((left, right) => right.calls - left.calls || (left.from + left.to < right.from + right.to ? -1 : 1));
}

function pairUp(counts: readonly CallCount[]): readonly Pair[] {
  const pairs = new Map<string, Pair>();
  for (const { from, to, mode, inTransaction, outcome, calls } of counts) {
    if (from === to) continue;
    const key = JSON.stringify([from, to, mode]);
    const seen = pairs.get(key) ?? { from, to, mode, calls: 0, inTransaction: 0, knownOutcomes: 0, failed: 0 };
    pairs.set(key, {
      ...seen,
      calls: seen.calls + calls,
      inTransaction: seen.inTransaction + (inTransaction ? calls : 0),
      knownOutcomes: seen.knownOutcomes + (outcome === null ? 0 : calls),
      failed: seen.failed + (outcome === 'error' ? calls : 0),
    });
  }
  return [...pairs.values()];
}

function judgeEdge(pair: Pair, requests: number | null, writes: readonly ForeignWrite[]): CouplingEdge {
  const callsPerRequest = requests === null || requests <= 0 ? null : pair.calls / requests;
  const { failed, ...told } = pair;
  const errorRatio = pair.knownOutcomes === 0 ? null : failed / pair.knownOutcomes;
  return { ...told, errorRatio, callsPerRequest, ...strengthOf(pair, callsPerRequest, writes) };
}

function strengthOf(
  pair: Pair,
  callsPerRequest: number | null,
  writes: readonly ForeignWrite[],
): Pick<CouplingEdge, 'strong' | 'reason'> {
  const foreign = writes.filter(({ from, owner }) => from === pair.from && owner === pair.to);
  if (foreign.length > 0) {
    const tables = [...new Set(foreign.map(({ table }) => table))].sort().join(', ');
    return { strong: true, reason: `${pair.from} writes to ${tables}, which ${pair.to} owns` };
  }
  if (pair.inTransaction > 0) {
    return { strong: true, reason: `${pair.inTransaction} calls inside a shared transaction` };
  }
  if (pair.mode === 'async') return { strong: false, reason: 'consumes events, which can cross a network' };
  if (pair.calls === 0) return { strong: false, reason: 'no call in the window' };
  if (callsPerRequest === null) {
    return { strong: null, reason: `the requests of ${pair.from} are not counted, so the share is unknown` };
  }
  const percent = `${(callsPerRequest * 100).toFixed(callsPerRequest < 0.01 ? 2 : 1)} calls per 100 requests`;
  return { strong: callsPerRequest >= strongCallsPerRequest, reason: `synchronous, ${percent} of ${pair.from}` };
}
