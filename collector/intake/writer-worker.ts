/** The writer thread: gathers what arrives into groups, commits each group, then says so. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { after } from '../../src/kernel/schedule.ts';
import { markSuspect, openStore, type Repair, type Store } from '../../src/store/index.ts';
import { forwardMigrations, repairQueue } from '../forward/index.ts';
import { historyMigrations, logMigrations, repairHistory, traceMigrations } from '../history/index.ts';
import { BodyMemory } from './body-memory.ts';
import { packNotice } from './packed-slices.ts';
import { failureOf, isDamage, type Member, Writer } from './writer.ts';
import type { FromWriter, ToWriter, WriterSetup } from './writer-messages.ts';

/** Reference: a group commit every ≤ 8 ms or 64 bodies. */
const groupWaitMs = 4;
const groupBodies = 64;
const groupBytes = 8_388_608;
/** A group of this size makes a full frame: it is committed as soon as nothing more has arrived. */
const frameBytes = 1_048_576;
/** Housekeeping steps a round, each with the chance for a group to be committed before it. */
const stepsPerRound = 20;

if (parentPort !== null) start(parentPort, asSetup(workerData));

function start(port: MessagePort, setup: WriterSetup): void {
  const send = (message: FromWriter): void =>
    port.postMessage(message, message.kind === 'committed' ? message.notices.map(({ packed }) => packed.buffer) : []);
  try {
    const { writer, recovered } = openWriter(setup);
    serve(port, writer, setup.file, send);
    send({ kind: 'opened', recovered });
  } catch (error) {
    send({ kind: 'failed', failure: failureOf(setup.file, error) });
    port.close();
  }
}

/** Damage that shows only when the state is read is mended too: by opening again with a mark that there is some. */
function openWriter(setup: WriterSetup): { readonly writer: Writer; readonly recovered: string | null } {
  const migrations = [
    ...historyMigrations,
    ...traceMigrations,
    ...logMigrations,
    ...forwardMigrations,
    ...setup.migrations,
  ];
  const open = (): Store => openStore(setup.file, migrations, repairAll);
  const store = open();
  try {
    return { writer: new Writer(store, setup), recovered: store.recovered?.sentence ?? null };
  } catch (error) {
    store.close();
    const failure = failureOf(setup.file, error);
    if (!isDamage(failure)) throw error;
    markSuspect(setup.file, failure.message);
    const again = open();
    return { writer: new Writer(again, setup), recovered: (again.recovered ?? store.recovered)?.sentence ?? null };
  }
}

/** Both folders' tables. */
function repairAll(...[db, tables]: Parameters<Repair>): readonly string[] {
  return [...repairHistory(db, tables), ...repairQueue(db, tables)];
}

function serve(port: MessagePort, writer: Writer, file: string, send: (message: FromWriter) => void): void {
  const memory = new BodyMemory();
  const groups = createGroups(writer, memory, send);
  const upkeep = createUpkeep(writer, file, send);
  port.on('message', (message: ToWriter) => {
    switch (message.kind) {
      case 'body':
        groups.add({ message, body: memory.bodyOf(message) });
        return;
      case 'write':
        groups.add({ message, body: null });
        return;
      case 'maintain':
        groups.commit();
        upkeep.begin(message.nowMs);
        return;
      case 'close':
        upkeep.stop();
        groups.commit();
        writer.close();
        send({ kind: 'closed' });
        port.close();
        return;
      default:
        message satisfies never;
    }
  });
}

/** Rounds of small steps; between any two of them what has arrived is taken in. */
function createUpkeep(
  writer: Writer,
  file: string,
  send: (message: FromWriter) => void,
): { readonly begin: (nowMs: number) => void; readonly stop: () => void } {
  let left = 0;
  let nowMs = 0;
  let wasSilent = false;
  const step = (): void => {
    if (left === 0) return;
    try {
      if (left === stepsPerRound) send({ kind: 'crowding', crowding: writer.crowding() });
      left -= 1;
      const tally = writer.maintain(nowMs);
      if (tally === null) left = 0;
      else send({ kind: 'upkept', tally });
    } catch (error) {
      left = 0;
      send({ kind: 'trouble', failure: failureOf(file, error) });
    }
    if (left > 0) setImmediate(step);
  };
  const begin = (atMs: number): void => {
    send({ kind: 'storage', failure: writer.recheck(atMs) });
    const instances = writer.silentInstances(atMs);
    if (instances.length > 0 || wasSilent) send({ kind: 'silent', instances });
    wasSilent = instances.length > 0;
    const isIdle = left === 0;
    nowMs = atMs;
    left = stepsPerRound;
    if (isIdle) step();
  };
  return {
    begin,
    stop: () => {
      left = 0;
    },
  };
}

function createGroups(
  writer: Writer,
  memory: BodyMemory,
  send: (message: FromWriter) => void,
): { readonly add: (member: Member) => void; readonly commit: () => void } {
  let group: Member[] = [];
  let bytes = 0;
  let isSoon = false;
  let cancel: (() => void) | null = null;
  const commit = (): void => {
    cancel?.();
    cancel = null;
    const last = group.at(-1);
    if (last === undefined) return;
    const members = group;
    group = [];
    bytes = 0;
    const committed = writer.commit(members, last.message.nowMs);
    if (committed.notices.length === 0) send({ kind: 'storage', failure: writer.broken });
    const slots = memory.release(members.map(({ message }) => message));
    send({ kind: 'committed', ...committed, notices: committed.notices.map(packNotice), slots });
  };
  const commitSoon = (): void => {
    isSoon = false;
    if (bytes >= frameBytes) commit();
  };
  const add = (member: Member): void => {
    group.push(member);
    bytes += member.body?.length ?? 0;
    if (group.length >= groupBodies || bytes >= groupBytes) commit();
    else if (bytes >= frameBytes && !isSoon) {
      isSoon = true;
      setImmediate(commitSoon);
    } else if (cancel === null) cancel = after(groupWaitMs, commit);
  };
  return { add, commit };
}

/** What the main thread put into workerData, by {@link WriterSetup}. */
function asSetup(data: unknown): WriterSetup {
  return data as WriterSetup;
}
