/** Addresses of what happens around the objectives: probes, alerts, silences, runbooks, rehearsals; the reads and the writes. */
import type { z } from 'zod';
import { operations } from '../../contract/index.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Commands, Eventually } from '../dependencies.ts';
import type { ComponentName } from './components.ts';
import { idParameter, type Parameter } from './parameters.ts';
import { found, plain, type Route, type RouteAnswer } from './route.ts';

/** One `POST` below `/api/v1`; needs the admin token where tokens are configured. */
export interface CommandRoute {
  /** Without the prefix; `{id}` is the path parameter. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly pathParameter: Parameter | null;
  readonly body: ComponentName;
  readonly data: ComponentName;
  /** @throws INVALID_REQUEST when the body does not fit */
  readonly run: (commands: Commands, id: string, body: unknown) => Eventually<RouteAnswer>;
}

const alertId = idParameter('the alert', '019a9f3e-5c00-7a11-8000-3f2b9c7d1e55');
const silenceId = idParameter('the silence', '019a9f3e-5c00-7a11-8000-3f2b9c7d1e56');

/** The reads, in the order of the document. */
export const operationRoutes: readonly Route[] = [
  {
    ...plain,
    path: '/probes',
    operationId: 'listProbes',
    summary: 'Every probe with its state, last run, steps, a day of runs and recent failures',
    description: 'A probe that cannot run is listed too: state unknown with the reason.',
    data: { component: 'Probe', isList: true },
    answer: async (queries) => ({ data: await queries.probes() }),
  },
  {
    ...plain,
    path: '/probes/{id}',
    operationId: 'getProbe',
    summary: 'One probe with its last run',
    description: 'The same shape as in the list.',
    pathParameter: idParameter('the probe', 'feed-loads'),
    data: { component: 'Probe', isList: false },
    answer: async (queries, id) => found((await queries.probes()).find((one) => one.id === id)),
  },
  {
    ...plain,
    path: '/alerts',
    operationId: 'listAlerts',
    summary: 'Open alerts first, then those resolved in the last 7 days',
    description: 'Alerts with the same dedupKey are one incident; notifications say who was told when.',
    data: { component: 'Alert', isList: true },
    answer: async (queries) => ({ data: await queries.alerts() }),
  },
  {
    ...plain,
    path: '/alerts/{id}',
    operationId: 'getAlert',
    summary: 'One alert with what was sent about it',
    description: 'The same shape as in the list.',
    pathParameter: alertId,
    data: { component: 'Alert', isList: false },
    answer: async (queries, id) => found((await queries.alerts()).find((one) => one.id === id)),
  },
  {
    ...plain,
    path: '/silences',
    operationId: 'listSilences',
    summary: 'Silences: what is muted, until when, by whom and why',
    description: 'A silence mutes notifications; it never hides an alert, and a resolve is sent all the same.',
    data: { component: 'Silence', isList: true },
    answer: async (queries) => ({ data: await queries.silences() }),
  },
  {
    ...plain,
    path: '/runbooks',
    operationId: 'listRunbooks',
    summary: 'What to do about each kind of alert',
    description: 'Markdown, one for each kind.',
    data: { component: 'Runbook', isList: true },
    answer: async (queries) => ({ data: await queries.runbooks() }),
  },
  {
    ...plain,
    path: '/runbooks/{id}',
    operationId: 'getRunbook',
    summary: 'One runbook by the kind of its alert',
    description: 'The text is Markdown.',
    pathParameter: idParameter('the runbook', 'objective-page'),
    data: { component: 'Runbook', isList: false },
    answer: async (queries, id) => found((await queries.runbooks()).find((one) => one.id === id)),
  },
  {
    ...plain,
    path: '/rehearsals',
    operationId: 'listRehearsals',
    summary: 'Load rehearsals, newest first',
    description: 'Each with its steps, the verdict of each, and the interval in which each objective breaks.',
    data: { component: 'Rehearsal', isList: true },
    answer: async (queries) => ({ data: await queries.rehearsals() }),
  },
  {
    ...plain,
    path: '/rehearsals/{id}',
    operationId: 'getRehearsal',
    summary: 'One load rehearsal',
    description: 'The same shape as in the list.',
    pathParameter: idParameter('the rehearsal', '019a9f3e-5c00-7a11-8000-3f2b9c7d1e57'),
    data: { component: 'Rehearsal', isList: false },
    answer: async (queries, id) => found((await queries.rehearsals()).find((one) => one.id === id)),
  },
];

/** The writes, in the order of the document. */
export const commandRoutes: readonly CommandRoute[] = [
  {
    path: '/alerts/{id}/ack',
    operationId: 'acknowledgeAlert',
    summary: 'Say that somebody is on it',
    description: 'The whole incident is acknowledged at every sink that can; it still resolves by itself.',
    pathParameter: alertId,
    body: 'AcknowledgeRequest',
    data: 'Alert',
    run: async (commands, id, body) => ({
      data: await commands.acknowledge(id, read(operations.acknowledgeRequest, body).by),
    }),
  },
  {
    path: '/silences',
    operationId: 'addSilence',
    summary: 'Mute notifications for a while',
    description: 'At least one of domain, rule and severity; at most 30 days.',
    pathParameter: null,
    body: 'SilenceRequest',
    data: 'Silence',
    run: async (commands, _id, body) => ({ data: await commands.addSilence(read(operations.silenceRequest, body)) }),
  },
  {
    path: '/silences/{id}/end',
    operationId: 'endSilence',
    summary: 'End a silence now',
    description: 'What still fires then notifies.',
    pathParameter: silenceId,
    body: 'Nothing',
    data: 'Silence',
    run: async (commands, id) => ({ data: await commands.endSilence(id) }),
  },
];

function read<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(
    (issue) => `${issue.path.map(String).join('.') || 'the body'}: ${issue.message}`,
  );
  throw new AppError('INVALID_REQUEST', issues.join('; '), { details: { issues } });
}
