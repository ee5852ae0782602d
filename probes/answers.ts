/** Probes as the API shows them. Pure. */
import type { ProbeAnswer } from '../src/contract/index.ts';
import { isoTime } from '../src/kernel/clock.ts';
import { failuresIn, neverRan, type Standing, standingAt } from './confirm.ts';
import type { ProbeDefinition } from './definition.ts';
import type { StoredFailure, StoredProbe } from './persistence.ts';
import type { ProbeRun } from './run.ts';

/** Runs of one 15-min slot; `at` is ISO 8601. */
export type DaySlot = ProbeAnswer['day'][number];

/** What is known of one probe; `stored` null before its first run. */
export interface Known {
  readonly stored: StoredProbe | null;
  readonly failures: readonly StoredFailure[];
  readonly day: readonly DaySlot[];
}

/** The answer at `nowMs` (Unix ms). */
export function answerOf(definition: ProbeDefinition, known: Known, nowMs: number): ProbeAnswer {
  const standing = standingOf(definition, known.stored, nowMs);
  const last = known.stored?.lastRun ?? null;
  return {
    id: definition.id,
    title: definition.title,
    kind: definition.kind,
    domain: definition.domain,
    source: definition.source,
    target: definition.target,
    state: standing.state,
    reason: standing.reason,
    since: standing.sinceMs === null ? null : isoTime(standing.sinceMs),
    everyMs: definition.everyMs,
    timeoutMs: definition.timeoutMs,
    confirm: { ...definition.confirm },
    countsForUptime: definition.countsForUptime,
    lastRunAt: last === null ? null : isoTime(last.startedAtMs),
    durationMs: last?.durationMs ?? null,
    steps: last === null ? [] : stepsOf(last),
    traceId: last?.traceId ?? null,
    correlationId: last?.correlationId ?? null,
    day: [...known.day],
    failures: known.failures.map(failureAnswer),
  };
}

/** State, reason and since at `nowMs`: not configured, confirmed, or too old to say. */
export function standingOf(definition: ProbeDefinition, stored: StoredProbe | null, nowMs: number): Standing {
  if (definition.notConfigured !== null) return { ...neverRan, reason: definition.notConfigured };
  if (stored === null) return neverRan;
  const confirmed = { state: stored.state, reason: reasonOf(definition, stored), sinceMs: stored.sinceMs };
  return standingAt(confirmed, stored.results, definition.everyMs, nowMs);
}

/** Why it is down; what is going on while it is not. Null when all is well. */
function reasonOf({ confirm }: ProbeDefinition, { state, results, lastRun }: StoredProbe): string | null {
  const failed = failuresIn(results, confirm);
  const seen = Math.min(results.length, confirm.of);
  if (failed === 0) return null;
  const counted = `${failed} of the last ${seen} ${seen === 1 ? 'run' : 'runs'} failed`;
  const why = lastRun.ok ? 'the last one was good' : (lastRun.reason ?? 'no reason was given');
  return state === 'down' ? `${counted}: ${why}` : `${counted}, not confirmed: ${why}`;
}

function stepsOf(run: ProbeRun): ProbeAnswer['steps'] {
  return run.steps.map(({ id, title, state, startMs, durationMs, reason, spanId }) => ({
    id,
    title,
    state,
    startMs,
    durationMs,
    reason,
    traceId: spanId === null ? null : run.traceId,
  }));
}

function failureAnswer({
  atMs,
  step,
  reason,
  durationMs,
  traceId,
  correlationId,
}: StoredFailure): ProbeAnswer['failures'][number] {
  return { at: isoTime(atMs), step, reason, durationMs, traceId, correlationId };
}
