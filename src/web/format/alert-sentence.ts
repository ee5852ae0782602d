/** Sentences about alerts: what is firing, since when, who was told; what a silence covers. */
import type { AlertAnswer, AlertNotification, SilenceAnswer, SilenceMatch } from '../../contract/index.ts';
import { ageText, agoText } from './time.ts';
import { capitalise, listWords, numberWord } from './words.ts';

/** Firing or acknowledged: still true. */
export function isOpen(alert: Pick<AlertAnswer, 'state'>): boolean {
  return alert.state === 'firing' || alert.state === 'acknowledged';
}

/** Open and worth somebody's time: mere notes (info) are not counted. */
export function isCounted(alert: Pick<AlertAnswer, 'state' | 'severity'>): boolean {
  return isOpen(alert) && alert.severity !== 'info';
}

/** "Two alerts are firing, one incident. Search answers too slowly (since 4 min); PagerDuty was told." */
export function alertsSentence(alerts: readonly AlertAnswer[], nowMs: number): string {
  const open = alerts.filter(isCounted);
  const pending = alerts.filter((one) => one.state === 'pending').length;
  const first = open.find((one) => !one.muted) ?? open[0];
  if (!first) return quietSentence(alerts, pending, nowMs);
  // What is muted is the echo of something else, or silenced: no incident that anybody is told of.
  const incidents = new Set(open.filter((one) => !one.muted).map((one) => one.dedupKey)).size;
  const head = `${capitalise(count(open.length, 'alert'))} ${isAre(open.length)} firing`;
  const grouped = open.length === 1 || incidents === 0 ? '' : `, ${count(incidents, 'incident')}`;
  const since = `${bare(first.summary)} (since ${ageText(nowMs - Date.parse(first.startedAt))})`;
  return `${head}${grouped}. ${since}; ${firstTold(first)}.${restSentence(open, pending)}`;
}

function firstTold(first: AlertAnswer): string {
  if (first.muted && first.notifications.length === 0) return mutedWords(first);
  return fateWords(first.notifications);
}

/** What else is worth knowing: " One is acknowledged, one is muted, one more is about to fire." */
function restSentence(open: readonly AlertAnswer[], pending: number): string {
  const acknowledged = open.filter((one) => one.state === 'acknowledged').length;
  const muted = open.filter((one) => one.muted).length;
  const part = (value: number, words: string) =>
    value === 0 ? [] : [`${value === open.length && value > 1 ? 'all' : numberWord(value)} ${isAre(value)} ${words}`];
  const parts = [
    ...part(acknowledged, 'acknowledged'),
    ...part(muted, 'muted'),
    ...(pending === 0 ? [] : [`${numberWord(pending)} more ${isAre(pending)} about to fire`]),
  ];
  return parts.length === 0 ? '' : ` ${capitalise(parts.join(', '))}.`;
}

function quietSentence(alerts: readonly AlertAnswer[], pending: number, nowMs: number): string {
  const last = alerts
    .filter((one) => one.resolvedAt !== null)
    .reduce((latest, one) => Math.max(latest, Date.parse(one.resolvedAt ?? '')), 0);
  const before = last === 0 ? '' : ` The last alert was resolved ${agoText(nowMs - last)}.`;
  if (pending > 0) return `Nothing is firing; ${count(pending, 'alert')} ${isAre(pending)} about to fire.${before}`;
  return `Nothing is firing.${before}`;
}

/** "muted: silenced by Jon until …"; who mutes it is said by the API as a phrase. */
export function mutedWords(alert: Pick<AlertAnswer, 'mutedBy'>): string {
  return alert.mutedBy === null ? 'muted' : `muted: ${bare(alert.mutedBy)}`;
}

/** The fate of the triggers in words; empty list → "nobody was told". */
export function fateWords(notifications: readonly AlertNotification[]): string {
  const triggers = notifications.filter((one) => one.action === 'trigger');
  const sinksIn = (...states: AlertNotification['state'][]) => [
    ...new Set(triggers.filter((one) => states.includes(one.state)).map((one) => sinkName(one.sink))),
  ];
  const sent = sinksIn('sent');
  const waiting = sinksIn('queued', 'failed').filter((one) => !sent.includes(one));
  const dead = sinksIn('dead').filter((one) => !sent.includes(one) && !waiting.includes(one));
  const parts = [
    ...(sent.length === 0 ? [] : [`${listWords(sent)} ${sent.length === 1 ? 'was' : 'were'} told`]),
    ...(waiting.length === 0 ? [] : [`${listWords(waiting)} not yet`]),
    ...(dead.length === 0 ? [] : [`${listWords(dead)} could not be told`]),
  ];
  return parts.length === 0 ? 'nobody was told' : parts.join(', ');
}

/** "Firing since 4 min. Search answers too slowly. PagerDuty was told; nobody has acknowledged it." */
export function alertSentence(alert: AlertAnswer, nowMs: number): string {
  const what = bare(alert.summary);
  const startMs = Date.parse(alert.startedAt);
  if (alert.state === 'resolved') {
    const endMs = alert.resolvedAt === null ? nowMs : Date.parse(alert.resolvedAt);
    return `Resolved ${agoText(nowMs - endMs)} after ${ageText(endMs - startMs)}. ${what}.`;
  }
  const since = ageText(nowMs - startMs);
  if (alert.state === 'pending') return `About to fire, true since ${since}. ${what}. Nobody is told before it fires.`;
  const told = alert.muted ? mutedWords(alert) : fateWords(alert.notifications);
  const who =
    alert.state === 'acknowledged'
      ? `${alert.acknowledgedBy ?? 'somebody'} acknowledged it ${ago(alert.acknowledgedAt, nowMs)}`
      : 'nobody has acknowledged it';
  return alert.severity === 'info'
    ? `A note since ${since}. ${what}. It wakes nobody.`
    : `Firing since ${since}. ${what}. ${capitalise(told)}; ${who}.`;
}

/** "every page of search", "objective-page:search-latency". */
export function matchWords(match: SilenceMatch): string {
  if (match.rule !== undefined) {
    const where = match.domain === undefined ? '' : ` of ${match.domain}`;
    const how = match.severity === undefined ? '' : ` when it is a ${match.severity}`;
    return `${match.rule}${where}${how}`;
  }
  const what = match.severity === undefined ? 'everything' : `every ${match.severity}`;
  return match.domain === undefined ? what : `${what} of ${match.domain}`;
}

/** When a silence is over, in words: "ends in 3 h", "starts in 10 min", "ended 2 h ago". */
export function silenceWhen(silence: Pick<SilenceAnswer, 'startsAt' | 'endsAt'>, nowMs: number): string {
  const untilStart = Date.parse(silence.startsAt) - nowMs;
  const untilEnd = Date.parse(silence.endsAt) - nowMs;
  if (untilEnd <= 0) return `ended ${agoText(-untilEnd)}`;
  return untilStart > 0 ? `starts in ${ageText(untilStart)}` : `ends in ${ageText(untilEnd)}`;
}

/** The sink as its maker writes it, others as they are configured. */
export function sinkName(sink: string): string {
  const names: Readonly<Record<string, string>> = {
    pagerduty: 'PagerDuty',
    alertmanager: 'Alertmanager',
    webhook: 'the webhook',
  };
  return Object.hasOwn(names, sink) ? (names[sink] ?? sink) : sink;
}

function ago(iso: string | null, nowMs: number): string {
  return iso === null ? 'earlier' : agoText(nowMs - Date.parse(iso));
}

function bare(summary: string): string {
  return summary.trim().replace(/\.$/, '');
}

function count(value: number, noun: string): string {
  return `${numberWord(value)} ${noun}${value === 1 ? '' : 's'}`;
}

function isAre(value: number): string {
  return value === 1 ? 'is' : 'are';
}
