/** Grouping: alerts of one domain and severity are one incident. The first that may speak opens it, the last that ends closes it. Pure. */
import { createHash } from 'node:crypto';
import { type AlertRecord, domainName, isOpen, type Severity } from './alert-record.ts';
import { messageAbout, type NotificationAction } from './message.ts';
import { type Episodes, episodesOf, type Intent, type Outbox } from './outbox.ts';
import { type Route, routeOf } from './routing.ts';

/** An incident that is open now. A later one with the same key has another episode. */
export interface Incident {
  readonly key: string;
  readonly episode: string;
  readonly domain: string | null;
  readonly severity: Severity;
  readonly openedAtMs: number;
  readonly isAcknowledged: boolean;
}

/** What planning knows of a sink: whether it is told incidents or single alerts, and which actions it understands. */
export interface SinkProfile {
  readonly id: string;
  readonly unit: 'incident' | 'alert';
  readonly takes: readonly NotificationAction[];
}

export interface GroupingContext {
  readonly instanceId: string;
  readonly sinks: readonly SinkProfile[];
  readonly routes: readonly Route[];
  readonly wallMs: number;
  readonly newId: () => string;
}

/** What grouping decided. */
export interface Grouping {
  readonly records: ReadonlyMap<string, AlertRecord>;
  readonly incidents: ReadonlyMap<string, Incident>;
  readonly intents: readonly Intent[];
}

/** The key by which sinks tell incidents apart: sha256 of instance, domain and severity, 64 hexadecimal digits. */
export function dedupKeyOf(instanceId: string, domain: string | null, severity: Severity): string {
  return createHash('sha256')
    .update([instanceId, domainName(domain), severity].join('\n'))
    .digest('hex');
}

/**
 * Opens and closes incidents for the alerts as they stand, and says what must be told to whom. `records` by id; those that are notified and
 * open are an incident's members. Alerts of severity info open none: each is announced once, by {@link announcements}.
 */
export function groupAlerts(
  records: ReadonlyMap<string, AlertRecord>,
  incidents: ReadonlyMap<string, Incident>,
  outbox: Outbox,
  context: GroupingContext,
): Grouping {
  const members = membersByKey(records, context.instanceId);
  const nextIncidents = new Map(incidents);
  const nextRecords = new Map(records);
  const intents: Intent[] = [];
  const episodes = episodesOf(outbox);
  for (const [key, incident] of incidents) {
    if (members.has(key)) continue;
    nextIncidents.delete(key);
    intents.push(...closing(incident, records, episodes, context));
  }
  for (const [key, group] of members) {
    const incident = nextIncidents.get(key) ?? opened(key, group, context);
    nextIncidents.set(key, incident);
    for (const one of group) if (one.episode === null) nextRecords.set(one.id, { ...one, episode: incident.episode });
    intents.push(...triggers(incident, group, episodes, context));
  }
  intents.push(...singleAlerts(records, episodes, context));
  return { records: nextRecords, incidents: nextIncidents, intents };
}

/** A change for each alert of severity info that may speak for the first time: `fresh`. */
export function announcements(fresh: readonly AlertRecord[], context: GroupingContext): readonly Intent[] {
  return fresh.flatMap((record) =>
    sinksFor(record, 'change', context).map(({ id }): Intent => {
      const message = messageAbout('change', '', [record], context.wallMs);
      return { sink: id, thread: record.id, episode: record.id, action: 'change', message };
    }),
  );
}

/** The acknowledgement of an incident, for each sink that was told of it and understands. */
export function acknowledgements(
  incident: Incident,
  records: readonly AlertRecord[],
  by: string,
  outbox: Outbox,
  context: GroupingContext,
): readonly Intent[] {
  const message = messageAbout('acknowledge', incident.key, records, context.wallMs, by);
  const told = toldSinks(episodesOf(outbox), incident.episode);
  return context.sinks
    .filter((sink) => sink.unit === 'incident' && sink.takes.includes('acknowledge') && told.has(sink.id))
    .map(({ id }) => ({ sink: id, thread: incident.key, episode: incident.episode, action: 'acknowledge', message }));
}

function membersByKey(records: ReadonlyMap<string, AlertRecord>, instanceId: string) {
  const members = new Map<string, AlertRecord[]>();
  for (const record of records.values()) {
    if (!isOpen(record) || !record.isNotified || record.severity === 'info') continue;
    const key = dedupKeyOf(instanceId, record.domain, record.severity);
    const group = members.get(key);
    if (group === undefined) members.set(key, [record]);
    else group.push(record);
  }
  return members;
}

function opened(key: string, group: readonly AlertRecord[], context: GroupingContext): Incident {
  const [first] = group;
  return {
    key,
    episode: context.newId(),
    domain: first?.domain ?? null,
    severity: first?.severity ?? 'page',
    openedAtMs: context.wallMs,
    isAcknowledged: false,
  };
}

/** A trigger for each sink that the members are routed to and that this episode has not told yet. */
function triggers(
  incident: Incident,
  group: readonly AlertRecord[],
  episodes: Episodes,
  context: GroupingContext,
): readonly Intent[] {
  const told = toldSinks(episodes, incident.episode);
  const wanted = new Set(
    group
      .flatMap((record) => sinksFor(record, 'trigger', context))
      .filter((sink) => sink.unit === 'incident' && !told.has(sink.id))
      .map((sink) => sink.id),
  );
  if (wanted.size === 0) return [];
  const message = messageAbout('trigger', incident.key, group, context.wallMs);
  return [...wanted].map((sink) => ({
    ...{ sink, thread: incident.key, episode: incident.episode, action: 'trigger', message },
  }));
}

/** A resolve for every sink that was told, whatever the routes and silences say now. */
function closing(
  incident: Incident,
  records: ReadonlyMap<string, AlertRecord>,
  episodes: Episodes,
  context: GroupingContext,
): readonly Intent[] {
  const ended = [...records.values()].filter((record) => record.episode === incident.episode);
  const message = messageAbout('resolve', incident.key, ended, context.wallMs);
  return [...toldSinks(episodes, incident.episode)].map((sink) => ({
    ...{ sink, thread: incident.key, episode: incident.episode, action: 'resolve', message },
  }));
}

/** Sinks that group for themselves are told each alert: once when it may speak, once when it ends. */
function singleAlerts(
  records: ReadonlyMap<string, AlertRecord>,
  episodes: Episodes,
  context: GroupingContext,
): readonly Intent[] {
  if (context.sinks.every((sink) => sink.unit === 'incident')) return [];
  return [...records.values()].flatMap((record): readonly Intent[] => {
    if (!record.isNotified || record.severity === 'info') return [];
    const action = isOpen(record) ? 'trigger' : 'resolve';
    const sinks = action === 'trigger' ? untoldSinks(record, episodes, context) : unendedSinks(record, episodes);
    if (sinks.length === 0) return [];
    const key = dedupKeyOf(context.instanceId, record.domain, record.severity);
    const message = messageAbout(action, key, [record], context.wallMs);
    return sinks.map((sink) => ({ sink, thread: record.rule, episode: record.id, action, message }));
  });
}

/** Sinks for single alerts that this one is routed to and that have not been told of it. */
function untoldSinks(record: AlertRecord, episodes: Episodes, context: GroupingContext): readonly string[] {
  const told = toldSinks(episodes, record.id);
  return sinksFor(record, 'trigger', context)
    .filter((sink) => sink.unit === 'alert' && !told.has(sink.id))
    .map((sink) => sink.id);
}

/** Sinks that were told of this alert and not yet of its end. */
function unendedSinks(record: AlertRecord, episodes: Episodes): readonly string[] {
  const rows = episodes.get(record.id) ?? [];
  const ended = new Set(rows.filter(endsIt).map(({ sink }) => sink));
  return [...toldSinks(episodes, record.id)].filter((sink) => !ended.has(sink));
}

/** A resolve was queued, or the trigger was given up with nothing to end. */
function endsIt({ action, state, isInDoubt }: { action: string; state: string; isInDoubt: boolean }): boolean {
  return action === 'resolve' || (action === 'trigger' && state === 'dead' && !isInDoubt);
}

function toldSinks(episodes: Episodes, episode: string): ReadonlySet<string> {
  const rows = episodes.get(episode) ?? [];
  return new Set(rows.filter((row) => row.action === 'trigger').map((row) => row.sink));
}

function sinksFor(record: AlertRecord, action: NotificationAction, context: GroupingContext): readonly SinkProfile[] {
  const ids = routeOf(
    record,
    context.routes,
    context.sinks.map((sink) => sink.id),
  );
  return context.sinks.filter((sink) => ids.includes(sink.id) && sink.takes.includes(action));
}
