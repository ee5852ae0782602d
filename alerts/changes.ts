/** Announcements: rehearsals, deployments and the like, told as changes that wake nobody. Pure. */
import type { AlertLink } from '../src/contract/index.ts';
import { isoTime } from '../src/kernel/clock.ts';
import type { AlertDetails } from './alert-record.ts';
import type { GroupingContext } from './incidents.ts';
import type { NotificationMessage } from './message.ts';
import type { Intent } from './outbox.ts';
import { routeOf } from './routing.ts';

/** Something that happened; `details` are free of secrets. */
export interface Announcement {
  readonly summary: string;
  readonly details: AlertDetails;
  readonly links: readonly AlertLink[];
}

/** A change for each sink that takes changes and is reached by severity info. `id` tells this announcement from others. */
export function changeIntents(change: Announcement, id: string, context: GroupingContext): readonly Intent[] {
  const ids = routeOf(
    { domain: null, severity: 'info', kind: null },
    context.routes,
    context.sinks.map((sink) => sink.id),
  );
  const message: NotificationMessage = {
    ...{ action: 'change', key: '', at: isoTime(context.wallMs), domain: null, severity: 'info', alerts: [], by: null },
    ...change,
  };
  return context.sinks
    .filter((sink) => ids.includes(sink.id) && sink.takes.includes('change'))
    .map((sink) => ({ sink: sink.id, thread: id, episode: id, action: 'change', message }));
}
