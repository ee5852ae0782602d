/** The one who writes: turns a group of bodies and statements into one transaction. */
import { AppError, type ErrorCode, messageOf, systemCodeOf } from '../../src/kernel/errors.ts';
import { markSuspect, type Store, storeFailure } from '../../src/store/index.ts';
import type { Crowding } from '../history/index.ts';
import { Counters } from './counters.ts';
import type { SilentInstance } from './instance-watch.ts';
import { maintainStep } from './maintenance.ts';
import type { CommitNotice } from './notice.ts';
import { addTally, emptyTally, type Tally } from './tally.ts';
import type { BodyMessage, Failure, WriteMessage, WriterReply, WriterSetup } from './writer-messages.ts';

/** What is committed together: bodies, with their bytes, and rows of others. */
export type Member =
  | { readonly message: BodyMessage; readonly body: Uint8Array }
  | { readonly message: WriteMessage; readonly body: null };

/** What became of a group. */
export interface Committed {
  readonly notices: readonly CommitNotice[];
  readonly replies: readonly WriterReply[];
  readonly tally: Tally;
}

/** More than a group usually takes: room for it is room for what comes next. */
const roomBytes = 1_048_576;

/** Owns the write connection's state in memory; after a failed transaction that is read anew from disk. */
export class Writer {
  readonly #store: Store;
  readonly #setup: WriterSetup;
  #counters: Counters;
  #broken: Failure | null = null;

  constructor(store: Store, setup: WriterSetup) {
    this.#store = store;
    this.#setup = setup;
    this.#counters = this.#freshCounters(setup.nowMs);
  }

  /** Why the storage takes nothing now; null while it does. */
  get broken(): Failure | null {
    return this.#broken;
  }

  /**
   * One transaction for all; when that fails, one for each, so that one bad member costs only itself. While the storage refuses
   * to take anything, everyone is refused at once, until {@link recheck}. Never throws.
   */
  commit(group: readonly Member[], nowMs: number): Committed {
    if (this.#broken !== null) return refusal(group, this.#broken);
    try {
      return this.#transaction(group, nowMs);
    } catch (error) {
      const failure = failureOf(this.#setup.file, error);
      if (isStorageFailure(failure)) this.#break(failure);
      else this.#recover(nowMs);
      if (group.length > 1 && failure.code === 'INTERNAL') return this.#commitSingly(group, nowMs);
      return refusal(group, failure);
    }
  }

  /** Whether what could not be written can be written again: null when it is so or was never otherwise. */
  recheck(nowMs: number): Failure | null {
    if (this.#broken === null || isDamage(this.#broken)) return this.#broken;
    const { db } = this.#store;
    try {
      if (db.inTransaction) db.exec('ROLLBACK');
      // What the log holds and the file has room for makes the log's own space usable again.
      db.pragma('wal_checkpoint(PASSIVE)');
      db.exec(`INSERT OR REPLACE INTO room_check VALUES (1, zeroblob(${roomBytes}))`);
      db.exec('DELETE FROM room_check');
      this.#recover(nowMs);
      this.#broken = null;
    } catch (error) {
      this.#broken = failureOf(this.#setup.file, error);
    }
    return this.#broken;
  }

  /** Instances that are not heard of while others of their service are. */
  silentInstances(nowMs: number): readonly SilentInstance[] {
    return this.#counters.silentInstances(nowMs);
  }

  /** One bounded step of housekeeping in a transaction; null when nothing is due. @throws what SQLite throws */
  maintain(nowMs: number): Tally | null {
    if (this.#broken !== null) return null;
    const { db } = this.#store;
    const tally = emptyTally();
    db.exec('BEGIN IMMEDIATE');
    try {
      const didWork = maintainStep(db, this.#counters, this.#setup.retention, nowMs, tally);
      db.exec('COMMIT');
      return didWork ? tally : null;
    } catch (error) {
      const failure = failureOf(this.#setup.file, error);
      if (isDamage(failure)) markSuspect(this.#setup.file, failure.message);
      else if (isStorageFailure(failure)) this.#break(failure);
      if (this.#broken === null) this.#recover(nowMs);
      throw error;
    }
  }

  /** Whether spans and logs still have room, as ageing says; null while nothing can be read. */
  crowding(): Crowding | null {
    return this.#broken === null ? this.#counters.ageing.crowding() : null;
  }

  close(): void {
    this.#store.close();
  }

  #transaction(group: readonly Member[], nowMs: number): Committed {
    const { db } = this.#store;
    const tally = emptyTally();
    const replies: WriterReply[] = [];
    db.exec('BEGIN IMMEDIATE');
    for (const member of group) {
      if (member.body === null) replies.push(this.#write(member.message));
      else replies.push(this.#counters.add(member.message, member.body, tally));
    }
    const notice = this.#counters.finish(tally, nowMs);
    db.exec('COMMIT');
    return { notices: [notice], replies, tally };
  }

  #write(message: WriteMessage): WriterReply {
    const { db } = this.#store;
    try {
      db.transaction(() => {
        for (const { sql, params } of message.statements) db.prepare(sql).run(...params);
      })();
      return replyOf(message.id, null);
    } catch (error) {
      const failure = failureOf(this.#setup.file, error);
      if (isStorageFailure(failure)) throw error;
      return replyOf(message.id, failure);
    }
  }

  #commitSingly(group: readonly Member[], nowMs: number): Committed {
    const tally = emptyTally();
    const results = group.map((member) => this.commit([member], nowMs));
    for (const result of results) addTally(tally, result.tally);
    return {
      notices: results.flatMap((result) => result.notices),
      replies: results.flatMap((result) => result.replies),
      tally,
    };
  }

  /** Nothing more is tried until the storage has been looked at: reading the state anew for each refused body would cost too much. */
  #break(failure: Failure): void {
    const { db } = this.#store;
    if (db.inTransaction) db.exec('ROLLBACK');
    if (isDamage(failure)) markSuspect(this.#setup.file, failure.message);
    this.#broken = failure;
  }

  #recover(nowMs: number): void {
    const { db } = this.#store;
    if (db.inTransaction) db.exec('ROLLBACK');
    this.#counters = this.#freshCounters(nowMs);
  }

  #freshCounters(nowMs: number): Counters {
    return new Counters(this.#store.db, this.#setup, nowMs);
  }
}

/** A reply that says nothing was left out. */
export function replyOf(id: number, failure: Failure | null): WriterReply {
  return { id, failure, rejected: 0, reason: '' };
}

function refusal(group: readonly Member[], failure: Failure): Committed {
  return { notices: [], replies: group.map(({ message }) => replyOf(message.id, failure)), tally: emptyTally() };
}

/** The storage takes nothing now: full, read-only, unreachable, damaged. */
function isStorageFailure(failure: Failure): boolean {
  return failure.code === 'UNAVAILABLE' || failure.code === 'DATABASE_CORRUPT';
}

/** The file is damaged: waiting does not help, only the next start does. */
export function isDamage(failure: Failure): boolean {
  return failure.code === 'DATABASE_CORRUPT' || /^SQLITE_(CORRUPT|NOTADB)/.test(String(failure.details.sqlite ?? ''));
}

/** What a thrown thing means for the one who asked: storage troubles may pass (UNAVAILABLE), the rest is INTERNAL. */
export function failureOf(file: string, thrown: unknown): Failure {
  if (thrown instanceof AppError) return { code: thrown.code, message: thrown.message, details: thrown.details };
  const code = systemCodeOf(thrown) ?? '';
  const isStorage = /^SQLITE_(FULL|IOERR|BUSY|LOCKED|READONLY|CANTOPEN|CORRUPT|NOTADB)/.test(code);
  const message = isStorage
    ? `nothing was stored: ${storeFailure(file, thrown).message}`
    : `nothing was stored: ${messageOf(thrown)}`;
  const kind: ErrorCode = isStorage ? 'UNAVAILABLE' : 'INTERNAL';
  return { code: kind, message, details: code === '' ? {} : { sqlite: code } };
}
