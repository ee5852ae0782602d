/** The writer thread: gathers what arrives into groups, commits each group, then says so. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { after } from '../../src/kernel/schedule.ts';
import { openStore } from '../../src/store/index.ts';
import { historyMigrations, logMigrations, traceMigrations } from '../history/index.ts';
import { BodyMemory } from './body-memory.ts';
import { failureOf, type Member, Writer } from './writer.ts';
import type { FromWriter, ToWriter, WriterSetup } from './writer-messages.ts';

/** Reference: a group commit every ≤ 8 ms or 64 bodies. */
const groupWaitMs = 4;
const groupBodies = 64;
const groupBytes = 8_388_608;
/** A group of this size makes a full frame: it is committed as soon as nothing more has arrived. */
const frameBytes = 1_048_576;
/** Housekeeping steps in one go, so that a commit never waits for long. */
const stepsPerMaintenance = 4;

if (parentPort !== null) start(parentPort, asSetup(workerData));

function start(port: MessagePort, setup: WriterSetup): void {
  const send = (message: FromWriter): void => port.postMessage(message);
  try {
    const migrations = [...historyMigrations, ...traceMigrations, ...logMigrations, ...setup.migrations];
    serve(port, new Writer(openStore(setup.file, migrations), setup), setup.file, send);
    send({ kind: 'opened' });
  } catch (error) {
    send({ kind: 'failed', failure: failureOf(setup.file, error) });
    port.close();
  }
}

function serve(port: MessagePort, writer: Writer, file: string, send: (message: FromWriter) => void): void {
  const memory = new BodyMemory();
  const groups = createGroups(writer, send);
  const maintain = (nowMs: number): void => {
    try {
      for (let step = 0; step < stepsPerMaintenance && writer.maintain(nowMs); step += 1);
    } catch (error) {
      send({ kind: 'trouble', failure: failureOf(file, error) });
    }
  };
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
        maintain(message.nowMs);
        return;
      case 'close':
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

function createGroups(
  writer: Writer,
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
    const slots = members.flatMap(({ message }) => (message.kind === 'body' ? [message.slot] : []));
    send({ kind: 'committed', ...committed, slots });
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
