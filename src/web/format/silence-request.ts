/** A silence from what stands in the form; the same rules as the API's, said before anything is sent. */
import type { AlertAnswer, SilenceMatch, SilenceRequest } from '../../contract/index.ts';

/** What the form holds, as text; `until` is `YYYY-MM-DDTHH:MM` in UTC and counts only when `length` is "until". */
export interface SilenceFields {
  readonly domain: string;
  readonly rule: string;
  readonly severity: string;
  readonly length: string;
  readonly until: string;
  readonly reason: string;
  readonly by: string;
}

const hourMs = 3_600_000;
const longestMs = 30 * 24 * hourMs;

/** The lengths that are offered, in ms. */
export const silenceLengths: Readonly<Record<string, number>> = {
  '1 h': hourMs,
  '4 h': 4 * hourMs,
  '1 d': 24 * hourMs,
};

/** The request, or the sentence that says what is missing. */
export function silenceRequestOf(
  fields: SilenceFields,
  nowMs: number,
): { readonly request: SilenceRequest } | { readonly problem: string } {
  const match = matchOf(fields);
  if (Object.keys(match).length === 0)
    return { problem: 'Name a domain, a rule or a severity: a silence of everything is not taken.' };
  const reason = fields.reason.trim();
  if (reason.length < 3) return { problem: 'Give a reason that others understand, at least three letters.' };
  const by = fields.by.trim();
  if (by === '') return { problem: 'Give your name, so that others can ask you.' };
  const endMs = endOf(fields, nowMs);
  if (Number.isNaN(endMs)) return { problem: 'Give the day and the time at which it ends, in UTC.' };
  if (endMs <= nowMs) return { problem: 'The end lies in the past; choose a later one (UTC).' };
  if (endMs - nowMs > longestMs) return { problem: 'A silence lasts at most 30 days; choose an earlier end.' };
  return { request: { match, reason, by, endsAt: new Date(endMs).toISOString() } };
}

/** The conditions that were chosen; empty ones are left out. */
export function matchOf(fields: Pick<SilenceFields, 'domain' | 'rule' | 'severity'>): SilenceMatch {
  const severity = (['page', 'ticket', 'info'] as const).find((one) => one === fields.severity);
  return {
    ...(fields.domain === '' ? {} : { domain: fields.domain }),
    ...(fields.rule === '' ? {} : { rule: fields.rule }),
    ...(severity === undefined ? {} : { severity }),
  };
}

/** Whether a silence would mute an alert; a match without conditions mutes nothing. */
export function isCovered(match: SilenceMatch, alert: Pick<AlertAnswer, 'domain' | 'rule' | 'severity'>): boolean {
  return (
    Object.keys(match).length > 0 &&
    (match.domain === undefined || match.domain === alert.domain) &&
    (match.rule === undefined || match.rule === alert.rule) &&
    (match.severity === undefined || match.severity === alert.severity)
  );
}

function endOf(fields: SilenceFields, nowMs: number): number {
  const lengthMs = silenceLengths[fields.length];
  return lengthMs === undefined ? Date.parse(`${fields.until}Z`) : nowMs + lengthMs;
}
