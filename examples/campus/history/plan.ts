/**
 * The simulated past of Campus Connect: which series there were, how busy and how fast. Every number here is invented for the
 * demo and is sent marked as synthetic. The story: in-app notifications have been over 5 s on 12 of any 14 days since 16 days
 * before the end (trigger P1), search is over 200 ms on 7 of any 14 days (P3 pending), everything else is healthy.
 */
import { metric } from 'seamwatch/instrument';
import type { Distribution } from './distribution.ts';

const dayMs = 86_400_000;

/** What a series needs to know of its moment. `slowSinceMs` is when notifications became slow (Unix ms). */
export interface Moment {
  readonly atMs: number;
  readonly slowSinceMs: number;
}

export interface SimulatedHistogram {
  readonly kind: 'histogram';
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly perMinute: number;
  readonly shape: (moment: Moment) => Distribution;
}

export interface SimulatedGauge {
  readonly kind: 'gauge';
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: (moment: Moment) => number;
}

export type SimulatedSeries = SimulatedHistogram | SimulatedGauge;

/** Share of events that failed, where a series has failures; well inside the documented 0.1 %. */
const failureRatio = 0.0003;

/** Load relative to its mean: quiet nights, busy evenings, calmer weekends. */
export function loadFactor(atMs: number): number {
  const hour = (atMs % dayMs) / 3_600_000;
  const weekday = (Math.floor(atMs / dayMs) + 4) % 7;
  const rhythm =
    1 + 0.55 * Math.sin(((hour - 10) / 24) * 2 * Math.PI) + 0.15 * Math.sin(((hour - 17) / 12) * 2 * Math.PI);
  return rhythm * (weekday === 0 || weekday === 6 ? 0.8 : 1.08);
}

/** True on 12 of any 14 consecutive days. */
export function isSlowNotificationDay(moment: Moment): boolean {
  return moment.atMs >= moment.slowSinceMs && Math.floor(moment.atMs / dayMs) % 7 !== 3;
}

/** True on 7 of any 14 consecutive days. */
export function isSlowSearchDay(moment: Moment): boolean {
  return Math.floor(moment.atMs / dayMs) % 2 === 0;
}

const quick = (median: number, slowShare: number, slowMedian: number): Distribution => [
  { kind: 'lognormal', weight: 1 - slowShare, median, sigma: 0.5 },
  { kind: 'lognormal', weight: slowShare, median: slowMedian, sigma: 0.4 },
];

const searchShape = (moment: Moment): Distribution =>
  isSlowSearchDay(moment) ? quick(0.02, 0.067, 0.29) : quick(0.02, 0.012, 0.16);

/** A burst of fan-out drains through one worker: deliveries inside it are spread evenly over its length. */
function inAppShape(moment: Moment): Distribution {
  if (isSlowNotificationDay(moment)) {
    return [
      { kind: 'lognormal', weight: 0.58, median: 0.35, sigma: 0.8 },
      { kind: 'uniform', weight: 0.42, from: 0, to: 7.3 },
    ];
  }
  const burst = moment.atMs >= moment.slowSinceMs ? 4.1 : 1.7;
  return [
    { kind: 'lognormal', weight: 0.7, median: 0.25, sigma: 0.6 },
    { kind: 'uniform', weight: 0.3, from: 0, to: burst },
  ];
}

interface EntryRow {
  readonly domain: string;
  readonly operation: string;
  readonly perMinute: number;
  readonly shape: (moment: Moment) => Distribution;
}

const entries: readonly EntryRow[] = [
  { domain: 'feed', operation: 'GET /api/feed', perMinute: 270, shape: () => quick(0.035, 0.02, 0.19) },
  { domain: 'search', operation: 'GET /api/search', perMinute: 90, shape: searchShape },
  {
    domain: 'chat',
    operation: 'POST /api/chat/conversations/:id/send',
    perMinute: 60,
    shape: () => quick(0.015, 0.01, 0.09),
  },
  { domain: 'chat', operation: 'GET /api/chat/conversations/:id', perMinute: 30, shape: () => quick(0.01, 0.01, 0.07) },
  { domain: 'posts', operation: 'POST /api/posts', perMinute: 12, shape: () => quick(0.02, 0.02, 0.11) },
  { domain: 'posts', operation: 'POST /api/posts/:id/comments', perMinute: 36, shape: () => quick(0.015, 0.01, 0.09) },
  { domain: 'posts', operation: 'POST /api/posts/:id/likes', perMinute: 45, shape: () => quick(0.012, 0.01, 0.08) },
  { domain: 'follows', operation: 'POST /api/users/:id/follow', perMinute: 9, shape: () => quick(0.012, 0.01, 0.08) },
  {
    domain: 'notifications',
    operation: 'GET /api/notifications',
    perMinute: 40,
    shape: () => quick(0.012, 0.01, 0.09),
  },
];

const queries: readonly (readonly [domain: string, table: string, op: string, perMinute: number])[] = [
  ['feed', 'user_feed_items', 'select', 270],
  ['posts', 'posts', 'select', 300],
  ['posts', 'comments', 'insert', 36],
  ['chat', 'messages', 'insert', 60],
  ['notifications', 'notifications', 'insert', 900],
  ['users', 'users', 'select', 400],
];

const calls: readonly (readonly [from: string, to: string, mode: 'sync' | 'async', perMinute: number])[] = [
  ['feed', 'posts', 'sync', 540],
  ['feed', 'users', 'sync', 540],
  ['feed', 'follows', 'sync', 270],
  ['feed', 'search', 'sync', 270],
  ['posts', 'users', 'sync', 93],
  ['chat', 'users', 'sync', 60],
  ['follows', 'users', 'sync', 9],
  ['posts', 'notifications', 'async', 93],
  ['posts', 'search', 'async', 48],
  ['chat', 'notifications', 'async', 60],
];

/** Every simulated series. Labels are those that the running monolith sends. */
export function simulatedSeries(): readonly SimulatedSeries[] {
  return [...entries.flatMap(entrySeries), ...deliverySeries(), ...supportSeries(), ...gauges()];
}

function entrySeries(row: EntryRow): SimulatedHistogram[] {
  const labels = { 'seam.domain': row.domain, 'seam.operation': row.operation, entry: 'true' };
  const base = { kind: 'histogram', name: metric.requestDuration, shape: row.shape } as const;
  return [
    { ...base, labels: { ...labels, outcome: 'ok' }, perMinute: row.perMinute * (1 - failureRatio) },
    { ...base, labels: { ...labels, outcome: 'error' }, perMinute: row.perMinute * failureRatio },
  ];
}

function deliverySeries(): SimulatedHistogram[] {
  const notification = (
    channel: string,
    type: string,
    perMinute: number,
    shape: SimulatedHistogram['shape'],
  ): SimulatedHistogram => ({
    kind: 'histogram',
    name: metric.notificationDelivery,
    labels: { 'seam.domain': 'notifications', channel, type },
    perMinute,
    shape,
  });
  return [
    notification('in_app', 'post.created', 620, inAppShape),
    notification('in_app', 'comment.created', 36, inAppShape),
    notification('in_app', 'reaction.added', 45, inAppShape),
    notification('in_app', 'message.sent', 60, inAppShape),
    notification('push', 'message.sent', 60, () => quick(1.4, 0.01, 8.5)),
    {
      kind: 'histogram',
      name: metric.messageDelivery,
      labels: { 'seam.domain': 'chat' },
      perMinute: 60,
      shape: () => quick(0.03, 0.012, 0.4),
    },
  ];
}

function supportSeries(): SimulatedHistogram[] {
  const search = (phase: string): SimulatedHistogram => ({
    kind: 'histogram',
    name: metric.searchQuery,
    labels: { 'seam.domain': 'search', phase },
    perMinute: 90,
    shape: searchShape,
  });
  return [
    search('total'),
    search('engine'),
    ...queries.map(
      ([domain, table, op, perMinute]): SimulatedHistogram => ({
        kind: 'histogram',
        name: metric.dbDuration,
        labels: { 'seam.domain': domain, table, op },
        perMinute,
        shape: () => quick(0.002, 0.01, 0.03),
      }),
    ),
    ...calls.map(
      ([from, to, mode, perMinute]): SimulatedHistogram => ({
        kind: 'histogram',
        name: metric.callDuration,
        labels: { from, to, mode, in_tx: 'false', outcome: 'ok' },
        perMinute,
        shape: () => quick(0.004, 0.01, 0.04),
      }),
    ),
  ];
}

function gauges(): SimulatedGauge[] {
  return [
    {
      kind: 'gauge',
      name: metric.wsConnections,
      labels: { 'seam.domain': 'chat' },
      value: (moment) => Math.round(1_150 * loadFactor(moment.atMs)),
    },
    {
      kind: 'gauge',
      name: metric.mediaStorage,
      labels: { 'seam.domain': 'media' },
      value: (moment) => 180e9 + ((moment.atMs - moment.slowSinceMs) / dayMs) * 0.4e9,
    },
  ];
}
