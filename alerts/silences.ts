/** Silences: which alerts tell nobody for a while because somebody said so, with name, reason and end. Pure. */
import type { SilenceAnswer, SilenceMatch, SilenceRequest } from '../src/contract/index.ts';
import { isoTime } from '../src/kernel/clock.ts';
import { dayMs } from '../src/kernel/duration.ts';
import { AppError } from '../src/kernel/errors.ts';
import { type AlertRecord, domainName } from './alert-record.ts';
import { policy } from './policy.ts';

/** Active in [startsAtMs, endsAtMs); times are Unix ms. */
export interface Silence {
  readonly id: string;
  readonly match: SilenceMatch;
  readonly reason: string;
  readonly by: string;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly createdAtMs: number;
}

/**
 * A silence from a request of the contract's shape.
 * @throws INVALID_REQUEST when it matches everything, ends before it starts, is over already, or lasts longer than 30 days
 */
export function makeSilence(request: SilenceRequest, id: string, nowMs: number): Silence {
  const startsAtMs = request.startsAt === undefined ? nowMs : timeOf('startsAt', request.startsAt);
  const endsAtMs = timeOf('endsAt', request.endsAt);
  const { match, reason, by } = request;
  if (Object.values(match).every((condition) => condition === undefined))
    throw refused('matches everything; name a domain, a rule or a severity');
  if (endsAtMs <= startsAtMs)
    throw refused(`ends at ${isoTime(endsAtMs)}, before it starts at ${isoTime(startsAtMs)}; write a later endsAt`);
  if (endsAtMs <= nowMs) throw refused(`ended at ${isoTime(endsAtMs)}, which is past; write a later endsAt`);
  if (endsAtMs - startsAtMs > policy.longestSilenceMs) {
    const days = Math.ceil((endsAtMs - startsAtMs) / dayMs);
    throw refused(
      `lasts ${days} days; write at most ${policy.longestSilenceMs / dayMs}, or change the rule if it should never fire`,
    );
  }
  return { id, match, reason: reason.trim(), by: by.trim(), startsAtMs, endsAtMs, createdAtMs: nowMs };
}

/** The same silence, over now; one that is over already stays as it is. */
export function endedSilence(silence: Silence, nowMs: number): Silence {
  if (silence.endsAtMs <= nowMs) return silence;
  return { ...silence, startsAtMs: Math.min(silence.startsAtMs, nowMs), endsAtMs: nowMs };
}

/** True when each given condition holds. `all` names alerts without a domain; a rule may end in `*` to match what begins so. */
export function matchesSilence(match: SilenceMatch, alert: Pick<AlertRecord, 'domain' | 'rule' | 'severity'>): boolean {
  if (match.domain !== undefined && match.domain !== domainName(alert.domain)) return false;
  if (match.severity !== undefined && match.severity !== alert.severity) return false;
  if (match.rule === undefined) return true;
  return match.rule.endsWith('*') ? alert.rule.startsWith(match.rule.slice(0, -1)) : match.rule === alert.rule;
}

/** In words, by which active silence the alert is muted; of several the one that lasts longest; null by none. */
export function silencedBy(alert: AlertRecord, silences: Iterable<Silence>, nowMs: number): string | null {
  const longest = [...silences]
    .filter((silence) => isActive(silence, nowMs) && matchesSilence(silence.match, alert))
    .sort((left, right) => right.endsAtMs - left.endsAtMs)[0];
  return longest === undefined
    ? null
    : `silenced by ${longest.by} until ${isoTime(longest.endsAtMs)}: ${longest.reason}`;
}

export function isActive(silence: Silence, nowMs: number): boolean {
  return silence.startsAtMs <= nowMs && nowMs < silence.endsAtMs;
}

/** As the API answers it. */
export function answerSilence(silence: Silence, nowMs: number): SilenceAnswer {
  const { id, match, reason, by } = silence;
  return {
    ...{ id, match, reason, by },
    startsAt: isoTime(silence.startsAtMs),
    endsAt: isoTime(silence.endsAtMs),
    createdAt: isoTime(silence.createdAtMs),
    active: isActive(silence, nowMs),
  };
}

function timeOf(name: string, text: string): number {
  const unixMs = Date.parse(text);
  if (Number.isFinite(unixMs)) return unixMs;
  throw refused(`has ${name} "${text}", which is no time; write ISO 8601 such as 2026-11-01T18:00:00Z`);
}

function refused(what: string): AppError {
  return new AppError('INVALID_REQUEST', `the silence ${what}`);
}
