/** One cause, one incident: which alerts are somebody else's echo. Pure. */
import { type AlertRecord, domainName, isOpen } from './alert-record.ts';
import { policy } from './policy.ts';

/**
 * Why this open alert tells nobody, in words; null when it may.
 * - An all-domain alert is muted while a domain's own page or ticket fires, for 5 min after, and for its own first 30 s; a page only
 *   when both began within an hour, so that a domain that has been failing for days hides nothing new.
 * - A burn ticket is muted while a page of the same domain fires, for 6 h after when it began before that end, and for its own first 2 min.
 * The watcher's own checks and extraction triggers are never anybody's echo, nor anybody's cause.
 */
export function inhibitedBy(target: AlertRecord, all: readonly AlertRecord[], nowMs: number): string | null {
  if (target.kind === 'self' || target.kind === 'trigger') return null;
  const cause = all.find(
    (one) =>
      one.id !== target.id &&
      isCause(one) &&
      (explainsAll(one, target, all, nowMs) || explainsTicket(one, target, nowMs)),
  );
  if (cause !== undefined) {
    const tense = isOpen(cause) ? 'inhibited by' : 'inhibited by what has just ended,';
    return `${tense} ${cause.rule} (${domainName(cause.domain)})`;
  }
  return waiting(target, nowMs);
}

function isCause(record: AlertRecord): boolean {
  return record.firedAtMs !== null && record.severity !== 'info' && record.kind !== 'self' && record.kind !== 'trigger';
}

function explainsAll(cause: AlertRecord, target: AlertRecord, all: readonly AlertRecord[], nowMs: number): boolean {
  if (target.domain !== null || cause.domain === null) return false;
  if (target.severity === 'page' && !beganTogether(cause, target.rule, all)) return false;
  if (isLasting(cause, policy.echoMs, nowMs)) return true;
  return isBurnTicket(target) && isEcho(cause, target, nowMs);
}

/** The rule fired near the beginning of the cause, now or before: one that comes and goes is still the same echo. */
function beganTogether(cause: AlertRecord, rule: string, all: readonly AlertRecord[]): boolean {
  return all.some((one) => one.rule === rule && Math.abs(one.startedAtMs - cause.startedAtMs) <= policy.oneCauseMs);
}

function explainsTicket(cause: AlertRecord, target: AlertRecord, nowMs: number): boolean {
  if (!isBurnTicket(target) || cause.severity !== 'page' || cause.domain !== target.domain) return false;
  return isOpen(cause) || isEcho(cause, target, nowMs);
}

/** The ticket began before the cause ended: its long windows still hold the same fault. */
function isEcho(cause: AlertRecord, target: AlertRecord, nowMs: number): boolean {
  return target.startedAtMs <= (cause.resolvedAtMs ?? nowMs) && isLasting(cause, policy.burnTicketEchoMs, nowMs);
}

function isLasting(cause: AlertRecord, echoMs: number, nowMs: number): boolean {
  return isOpen(cause) || (cause.resolvedAtMs !== null && nowMs - cause.resolvedAtMs < echoMs);
}

function isBurnTicket(record: AlertRecord): boolean {
  return record.kind === 'objective-burn' && record.severity === 'ticket';
}

function waiting(target: AlertRecord, nowMs: number): string | null {
  const firedForMs = nowMs - (target.firedAtMs ?? nowMs);
  if (isBurnTicket(target) && firedForMs < policy.burnTicketGraceMs) {
    return `waits ${policy.burnTicketGraceMs / 1_000} s, so that the page of the same cause can come first`;
  }
  if (target.domain === null && target.severity !== 'info' && firedForMs < policy.allDomainGraceMs) {
    return `waits ${policy.allDomainGraceMs / 1_000} s, so that the alert of a single domain can come first`;
  }
  return null;
}
