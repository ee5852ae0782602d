/** Exemplar traces of an objective on the picture of their durations, over the last hour at most. */
import { useState } from 'preact/hooks';
import type { ObjectiveDetail, TraceSummary } from '../../contract/index.ts';
import { serverNowMs, useAnswer } from '../answers.ts';
import { durationText } from '../format/number.ts';
import { thresholdMs } from '../format/objective-sentence.ts';
import { begunBy, countsWholeRequests, exemplarOperations, searchPath } from '../format/trace-search.ts';
import { keepUnits, plural } from '../format/words.ts';
import { TraceDots } from '../parts/trace-dots.tsx';

const hourMs = 3_600_000;
/** The picture shows at least so much, however young the traces are. */
const leastMs = 300_000;

/** For latency and errors: the latest traces, and the latest that were bad; nothing while none is kept. */
export function ObjectiveDots({ objective }: { readonly objective: ObjectiveDetail }) {
  const [from] = useState(() => new Date(serverNowMs() - hourMs).toISOString());
  const hasEvents = !countsWholeRequests(objective) || objective.operations.length > 0;
  const wanted = (objective.kind === 'latency' || objective.kind === 'errors') && hasEvents;
  const limitMs = objective.kind === 'latency' ? thresholdMs(objective.threshold) : null;
  const search = searchOf(objective, from);
  const own = exemplarOperations(objective);
  const whole = countsWholeRequests(objective);
  const msOf = (trace: TraceSummary): number => (whole ? trace.rootMs : trace.durationMs);
  const bad = badOf(objective, limitMs);
  const latest = useAnswer<readonly TraceSummary[]>(wanted ? searchPath(search, own, 100) : null, 5_000);
  const worst = useAnswer<readonly TraceSummary[]>(
    wanted && bad ? searchPath({ ...search, ...bad }, own, 100) : null,
    5_000,
  );
  const nowMs = serverNowMs();
  const traces = merged(begunBy([...(latest.data ?? []), ...(worst.data ?? [])], own), nowMs - hourMs);
  const [oldest] = traces;
  if (!wanted || oldest === undefined) return null;
  const isBad = (trace: TraceSummary) => trace.error || (whole && limitMs !== null && msOf(trace) > limitMs);
  return (
    <TraceDots
      title="Exemplar traces"
      words={keepUnits(dotsWords(traces.map(msOf), traces.filter(isBad).length, objective))}
      traces={traces}
      fromMs={Math.min(nowMs - leastMs, Date.parse(oldest.startTime))}
      toMs={nowMs}
      threshold={limitMs === null ? null : { ms: limitMs, label: objective.threshold ?? '' }}
      isBad={isBad}
      msOf={msOf}
    />
  );
}

/** What makes a trace bad; null when a search cannot tell. */
function badOf(objective: ObjectiveDetail, limitMs: number | null): Readonly<Record<string, string>> | null {
  if (objective.kind === 'errors') return { error: 'true' };
  if (limitMs === null) return null;
  return { [countsWholeRequests(objective) ? 'minRootMs' : 'minDurationMs']: String(limitMs) };
}

function searchOf(objective: ObjectiveDetail, from: string): Readonly<Record<string, string>> {
  const domain = objective.group?.domain ?? objective.domain;
  const operation = objective.group?.operation ?? null;
  return { ...(domain === null ? {} : { domain }), ...(operation === null ? {} : { operation }), from };
}

/** Each once, none that began before, oldest first. */
function merged(traces: readonly TraceSummary[], sinceMs: number): readonly TraceSummary[] {
  const distinct = new Map(traces.map((one) => [one.traceId, one]));
  return [...distinct.values()]
    .filter((one) => Date.parse(one.startTime) >= sinceMs)
    .sort((a, b) => (a.startTime < b.startTime ? -1 : 1));
}

/** "112 kept traces of the last hour, from 12 ms to 6 420 ms; 14 longer than 100 ms or failed (▲). …" */
function dotsWords(durations: readonly number[], bad: number, objective: ObjectiveDetail): string {
  const range = `from ${durationText(Math.min(...durations))} to ${durationText(Math.max(...durations))}`;
  const whole = countsWholeRequests(objective);
  const limitMs = whole && objective.kind === 'latency' ? thresholdMs(objective.threshold) : null;
  const what = limitMs === null ? 'failed' : `longer than ${durationText(limitMs)} or failed`;
  const note = whole
    ? 'Drawn is the time to the answer, without what went on after it.'
    : 'Drawn is the whole trace; what is counted is a part of it.';
  return `${plural(durations.length, 'kept trace')} of the last hour, ${range}; ${bad === 0 ? 'none' : bad} ${what} (▲). ${note}`;
}
