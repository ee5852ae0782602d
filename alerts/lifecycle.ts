/** The life of one alert: pending → firing → acknowledged → resolved, from conditions alone. Pure. */
import { AppError } from '../src/kernel/errors.ts';
import type { AlertRecord, AlertSignal } from './alert-record.ts';
import { policy } from './policy.ts';

/** `elapsedMs` is the time since the previous evaluation, 0 when that proves nothing (see {@link provenElapsedMs}). */
export interface Moment {
  readonly nowMs: number;
  readonly elapsedMs: number;
  readonly newId: () => string;
}

/** Time between two evaluations that counts: not after a start, not across a stop, not when the clock went back. */
export function provenElapsedMs(previousMs: number | null, nowMs: number): number {
  const elapsed = previousMs === null ? 0 : nowMs - previousMs;
  return elapsed < 0 || elapsed > policy.evaluationGapMs ? 0 : elapsed;
}

/**
 * The alert after one more evaluation; null = there is none (any more). `record` is the rule's pending or open alert, `signal` null when
 * the rule was not evaluated. The same object comes back when nothing changed.
 */
export function stepAlert(record: AlertRecord | null, signal: AlertSignal | null, at: Moment): AlertRecord | null {
  if (record === null) return signal?.condition === 'firing' ? begin(signal, at) : null;
  const told = signal?.condition === 'firing' ? withText(record, signal) : record;
  const next = record.state === 'pending' ? stepPending(told, signal, at) : stepOpen(told, signal, at);
  return next !== null && isSame(record, next) ? record : next;
}

/**
 * The alert as a person has acknowledged it; an acknowledged one stays as it is.
 * @throws INVALID_REQUEST when it is not firing yet, or over
 */
export function acknowledgeAlert(record: AlertRecord, by: string, nowMs: number): AlertRecord {
  if (record.state === 'acknowledged') return record;
  if (record.state === 'firing')
    return { ...record, state: 'acknowledged', acknowledgedAtMs: nowMs, acknowledgedBy: by };
  throw new AppError(
    'INVALID_REQUEST',
    record.state === 'resolved'
      ? `alert "${record.id}" is resolved; only a firing alert can be acknowledged`
      : `alert "${record.id}" is pending and has told nobody yet; silence its rule instead`,
    { details: { id: record.id, state: record.state } },
  );
}

function begin(signal: AlertSignal, at: Moment): AlertRecord {
  const { rule, kind, subject, domain, severity, condition, summary, reason, links, details } = signal;
  const fires = signal.forMs <= 0;
  return {
    ...{ id: at.newId(), rule, kind, subject, domain, severity, condition, summary, reason, links, details },
    state: fires ? 'firing' : 'pending',
    progressMs: 0,
    startedAtMs: at.nowMs,
    firedAtMs: fires ? at.nowMs : null,
    acknowledgedAtMs: null,
    acknowledgedBy: null,
    resolvedAtMs: null,
    mutedBy: null,
    isNotified: false,
    episode: null,
  };
}

function stepPending(record: AlertRecord, signal: AlertSignal | null, at: Moment): AlertRecord | null {
  if (signal === null || signal.condition === 'ok') return null;
  if (signal.condition === 'unknown') return { ...record, condition: 'unknown' };
  const progressMs = record.progressMs + (record.condition === 'firing' ? at.elapsedMs : 0);
  if (progressMs < signal.forMs) return { ...record, condition: 'firing', progressMs };
  return { ...record, condition: 'firing', state: 'firing', firedAtMs: at.nowMs, progressMs: 0 };
}

function stepOpen(record: AlertRecord, signal: AlertSignal | null, at: Moment): AlertRecord {
  const condition = signal?.condition ?? 'absent';
  if (condition === 'firing') return { ...record, condition, progressMs: 0 };
  if (condition === 'unknown')
    return { ...record, condition, progressMs: record.condition === 'absent' ? 0 : record.progressMs };
  const isAbsent = condition === 'absent';
  const isContinued = isAbsent ? record.condition === 'absent' : record.condition !== 'absent';
  const progressMs = (isContinued ? record.progressMs : 0) + (record.condition === condition ? at.elapsedMs : 0);
  const neededMs = isAbsent ? policy.ruleGoneAfterMs : policy.clearAfterMs;
  if (progressMs < neededMs) return { ...record, condition, progressMs };
  const reason = isAbsent ? `${record.reason} (its rule is no longer evaluated)` : record.reason;
  return { ...record, condition, progressMs, reason, state: 'resolved', resolvedAtMs: at.nowMs };
}

function withText(record: AlertRecord, signal: AlertSignal): AlertRecord {
  const { summary, reason, links, details } = signal;
  return { ...record, summary, reason, links, details };
}

function isSame(left: AlertRecord, right: AlertRecord): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
