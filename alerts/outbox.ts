/**
 * The outbox: what each sink has still to be told, in order. Pure. A thread is what one sink knows under one name (an incident, or one
 * alert); within it nothing overtakes: trigger, acknowledge, resolve, next trigger.
 */
import type { AlertNotification } from '../src/contract/index.ts';
import { backoffMs } from '../src/kernel/retry.ts';
import type { NotificationAction, NotificationMessage } from './message.ts';
import { policy } from './policy.ts';

export type OutboxState = AlertNotification['state'];

/** One message to one sink. Times are Unix ms. */
export interface OutboxRow {
  /** Order of queueing, from 1. */
  readonly seq: number;
  readonly sink: string;
  readonly thread: string;
  /** The trigger and what ends it have the same one. */
  readonly episode: string;
  readonly action: NotificationAction;
  readonly state: OutboxState;
  readonly attempts: number;
  readonly queuedAtMs: number;
  readonly nextAtMs: number;
  /** Of the last attempt, of queueing before the first. */
  readonly atMs: number;
  /** The sink may have taken it although no answer says so: an attempt began and ended without one. */
  readonly isInDoubt: boolean;
  readonly reason: string | null;
  readonly message: NotificationMessage;
}

/** By `seq`, in that order: rows are only ever added at the end. */
export type Outbox = ReadonlyMap<number, OutboxRow>;

/** A wish to tell a sink something. */
export interface Intent {
  readonly sink: string;
  readonly thread: string;
  readonly episode: string;
  readonly action: NotificationAction;
  readonly message: NotificationMessage;
}

/**
 * What became of one attempt. `retry` is worth another one; `mayBeTaken` when the sink may have acted on it nevertheless.
 * `rejected` is a definite no.
 */
export type SendOutcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'retry'; readonly reason: string; readonly minimumWaitMs: number; readonly mayBeTaken: boolean };

const reasonOver = 'it was over before the sink took it, so nothing was sent';
const reasonDoubt = 'it was over before the sink answered; a resolve follows to be sure';
const reasonNothing = 'the sink never took the trigger, so there is nothing to end';

/** Queued or failed: still to be sent. */
export function isWaiting(row: OutboxRow): boolean {
  return row.state === 'queued' || row.state === 'failed';
}

/**
 * The outbox with the intents added, in their order. A resolve whose trigger was certainly not taken cancels it, and is not queued itself.
 */
export function queueIntents(outbox: Outbox, intents: readonly Intent[], nowMs: number): Outbox {
  if (intents.length === 0) return outbox;
  const rows = new Map(outbox);
  let seq = [...rows.keys()].at(-1) ?? 0;
  for (const intent of intents) {
    if (intent.action === 'resolve' && !endEpisode(rows, intent)) continue;
    seq++;
    rows.set(seq, newRow(seq, intent, nowMs));
  }
  return rows;
}

/** Rows by episode, oldest first. */
export type Episodes = ReadonlyMap<string, readonly OutboxRow[]>;

/** Groups the outbox once, for many questions. */
export function episodesOf(outbox: Outbox): Episodes {
  const episodes = new Map<string, OutboxRow[]>();
  for (const row of outbox.values()) {
    const rows = episodes.get(row.episode);
    if (rows === undefined) episodes.set(row.episode, [row]);
    else rows.push(row);
  }
  return episodes;
}

/** The next row that this sink may be sent now, or null. The first waiting row of a thread holds up those behind it. */
export function nextDue(outbox: Outbox, sink: string, nowMs: number): OutboxRow | null {
  const heads = new Map<string, OutboxRow>();
  for (const row of outbox.values()) {
    if (row.sink === sink && isWaiting(row) && !heads.has(row.thread)) heads.set(row.thread, row);
  }
  return [...heads.values()].find((row) => isDue(row, nowMs)) ?? null;
}

/** The row as it is written before an attempt begins, so that a crash in the middle leaves the doubt behind. */
export function beginAttempt(row: OutboxRow, nowMs: number): OutboxRow {
  return { ...row, attempts: row.attempts + 1, atMs: nowMs, isInDoubt: true };
}

/**
 * The outbox after an attempt at `begun`, the row as it was before {@link beginAttempt}. A row that was cancelled meanwhile is not tried again; what waits for a trigger that was
 * certainly not taken ends with it.
 */
export function endAttempt(
  outbox: Outbox,
  begun: OutboxRow,
  outcome: SendOutcome,
  nowMs: number,
  random: () => number,
): Outbox {
  const row = outbox.get(begun.seq);
  if (row === undefined) return outbox;
  const isInDoubt = begun.isInDoubt || (outcome.kind === 'retry' && outcome.mayBeTaken);
  const rows = new Map(outbox).set(row.seq, afterAttempt({ ...row, isInDoubt }, outcome, nowMs, random));
  return dropOrphans(rows, row);
}

/** Triggers that a sink refused while their incident is still open wait again: whoever restarts has perhaps corrected the key. */
export function requeueRefused(outbox: Outbox, openEpisodes: ReadonlySet<string>, nowMs: number): Outbox {
  const refused = [...outbox.values()].filter(
    (row) => row.action === 'trigger' && row.state === 'dead' && openEpisodes.has(row.episode),
  );
  if (refused.length === 0) return outbox;
  const rows = new Map(outbox);
  for (const row of refused) rows.set(row.seq, { ...row, state: 'failed', nextAtMs: nowMs });
  return rows;
}

/** Gives up what was tried for too long, and leaves out finished rows beyond the keep time whose episode is not among the open ones. */
export function pruneOutbox(outbox: Outbox, openEpisodes: ReadonlySet<string>, nowMs: number): Outbox {
  const all = [...outbox.values()];
  const late = all.filter((row) => isPastGivingUp(row, nowMs));
  const old = all.filter(
    (row) => !isWaiting(row) && nowMs - row.atMs > policy.keepMs && !openEpisodes.has(row.episode),
  );
  if (late.length + old.length === 0) return outbox;
  const rows = new Map(outbox);
  for (const row of late) {
    rows.set(row.seq, { ...row, state: 'dead', reason: `given up: ${row.reason ?? 'its sink is not configured'}` });
  }
  for (const row of old) rows.delete(row.seq);
  return rows;
}

function newRow(seq: number, intent: Intent, nowMs: number): OutboxRow {
  return {
    ...intent,
    seq,
    thread: intent.action === 'change' ? `change:${seq}` : intent.thread,
    state: 'queued',
    attempts: 0,
    queuedAtMs: nowMs,
    nextAtMs: nowMs,
    atMs: nowMs,
    isInDoubt: false,
    reason: null,
  };
}

/** Ends the episode's waiting rows at the sink; true when the sink has, or may have, a trigger that a resolve must end. */
function endEpisode(rows: Map<number, OutboxRow>, { sink, episode }: Intent): boolean {
  let needsResolve = false;
  for (const row of rowsOf(rows, episode, sink)) {
    if (row.action === 'trigger' && (row.state === 'sent' || row.isInDoubt)) needsResolve = true;
    if (!isWaiting(row)) continue;
    const why = row.action === 'trigger' && row.isInDoubt ? reasonDoubt : reasonOver;
    const reason = row.reason === null ? why : `${why}; its last attempt: ${row.reason}`;
    rows.set(row.seq, { ...row, state: 'dead', reason });
  }
  return needsResolve;
}

function isDue(row: OutboxRow, nowMs: number): boolean {
  const longestWaitMs = policy.backoffCapMs + policy.rateLimitedWaitMs;
  return row.nextAtMs <= nowMs || row.nextAtMs - nowMs > longestWaitMs; // the second: the clock went back
}

function afterAttempt(row: OutboxRow, outcome: SendOutcome, nowMs: number, random: () => number): OutboxRow {
  if (outcome.kind === 'accepted') return { ...row, state: 'sent', isInDoubt: false, atMs: nowMs, reason: null };
  const tried = { ...row, atMs: nowMs };
  if (!isWaiting(row)) return tried;
  if (outcome.kind === 'rejected' && row.action !== 'resolve') {
    return { ...tried, state: 'dead', reason: outcome.reason };
  }
  const minimumMs = outcome.kind === 'retry' ? outcome.minimumWaitMs : 0;
  const waitMs = minimumMs + backoffMs(row.attempts - 1, policy.backoffBaseMs, policy.backoffCapMs, random);
  return { ...tried, state: 'failed', reason: outcome.reason, nextAtMs: nowMs + Math.ceil(waitMs) };
}

/** A trigger and its acknowledgement are tried for as long as the incident is open. */
function isPastGivingUp(row: OutboxRow, nowMs: number): boolean {
  if (!isWaiting(row) || row.action === 'trigger' || row.action === 'acknowledge') return false;
  const limitMs = row.action === 'resolve' ? policy.resolveGiveUpMs : policy.changeGiveUpMs;
  return nowMs - row.queuedAtMs >= limitMs;
}

/** When the trigger is certainly not taken and will not be tried again, its acknowledge and resolve have nothing to refer to. */
function dropOrphans(rows: Map<number, OutboxRow>, { sink, episode, action }: OutboxRow): Outbox {
  if (action !== 'trigger') return rows;
  const ofEpisode = rowsOf(rows, episode, sink);
  const isLost = ofEpisode.every((row) => row.action !== 'trigger' || (row.state === 'dead' && !row.isInDoubt));
  if (!isLost) return rows;
  for (const row of ofEpisode) {
    if (isWaiting(row)) rows.set(row.seq, { ...row, state: 'dead', reason: reasonNothing });
  }
  return rows;
}

function rowsOf(rows: Outbox, episode: string, sink: string): readonly OutboxRow[] {
  return [...rows.values()].filter((row) => row.episode === episode && row.sink === sink);
}
