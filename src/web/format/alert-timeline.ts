/** The life of one alert as moments in order, those still to come included. */
import type { AlertAnswer, AlertNotification } from '../../contract/index.ts';
import { mutedWords, sinkName } from './alert-sentence.ts';
import { fateMark } from './operation-marks.ts';
import type { Mark } from './state.ts';
import { ageText } from './time.ts';

/** `at` is ISO 8601, null for what has not happened. */
export interface Moment {
  readonly at: string | null;
  readonly title: string;
  readonly detail: string;
  readonly tone: Mark['tone'];
}

const verbs: Readonly<Record<AlertNotification['action'], string>> = {
  trigger: 'was told',
  acknowledge: 'heard of the acknowledgement',
  resolve: 'heard of the end',
  change: 'got a note that wakes nobody',
};

/** Started → fired → notified → acknowledged → resolved; what has not happened comes last, without a time. */
export function timelineOf(alert: AlertAnswer): readonly Moment[] {
  const fired = alert.firedAt;
  const happened: Moment[] = [
    { at: alert.startedAt, title: 'Began', detail: 'the condition became true', tone: 'pending' },
    ...(fired === null ? [] : [firedMoment(alert, fired)]),
    ...alert.notifications.map(toldMoment),
    ...(alert.acknowledgedAt === null
      ? []
      : [
          {
            at: alert.acknowledgedAt,
            title: 'Acknowledged',
            detail: `by ${alert.acknowledgedBy ?? 'somebody'}`,
            tone: 'clearing' as const,
          },
        ]),
    ...(alert.resolvedAt === null
      ? []
      : [
          {
            at: alert.resolvedAt,
            title: 'Resolved',
            detail: `after ${gap(alert.startedAt, alert.resolvedAt)}`,
            tone: 'met' as const,
          },
        ]),
  ];
  const inOrder = happened.toSorted((a, b) => Date.parse(a.at ?? '') - Date.parse(b.at ?? ''));
  return [...inOrder, ...toCome(alert)];
}

function firedMoment(alert: AlertAnswer, at: string): Moment {
  const isAtOnce = Date.parse(at) - Date.parse(alert.startedAt) < 1_000;
  const held = isAtOnce ? 'at once' : `the condition held for ${gap(alert.startedAt, at)}`;
  const detail = alert.muted ? mutedWords(alert) : held;
  return { at, title: 'Fired', detail, tone: 'breached' };
}

function toldMoment(one: AlertNotification): Moment {
  const sink = sinkName(one.sink);
  const tries = one.attempts > 1 ? `at attempt ${one.attempts}` : '';
  if (one.state === 'sent') return { at: one.at, title: `${sink} ${verbs[one.action]}`, detail: tries, tone: 'met' };
  const why = one.reason === null ? '' : `: ${one.reason}`;
  const mark = fateMark[one.state];
  return {
    at: one.at,
    title: `${sink}, ${one.action}`,
    detail: `${mark.word}${tries === '' ? '' : `, ${tries}`}${why}`,
    tone: mark.tone,
  };
}

function toCome(alert: AlertAnswer): readonly Moment[] {
  if (alert.state === 'resolved') return [];
  const none = { at: null, detail: '', tone: 'none' as const };
  return [
    ...(alert.firedAt === null ? [{ ...none, title: 'Not fired yet' }] : []),
    ...(alert.firedAt !== null && alert.acknowledgedAt === null && alert.severity !== 'info'
      ? [{ ...none, title: 'Not acknowledged yet' }]
      : []),
    { ...none, title: 'Not resolved yet' },
  ];
}

function gap(from: string, to: string): string {
  return ageText(Date.parse(to) - Date.parse(from));
}
