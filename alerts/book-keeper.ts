/** Keeps the one book of a running instance: one change at a time, on disk before it counts, and what to do when the disk refuses. */
import { messageOf } from '../src/kernel/errors.ts';
import type { Log } from '../src/kernel/log.ts';
import type { AlertBook } from './book.ts';
import { type Statement, statementsBetween } from './statements.ts';

export interface KeeperOptions {
  readonly log: Log;
  readonly store: {
    readonly read: () => AlertBook;
    readonly save: (statements: readonly Statement[]) => Promise<void>;
  };
  readonly onChange: (event: { readonly id: string; readonly state: string }) => void;
}

export class BookKeeper {
  /** What counts now. */
  book: AlertBook;
  readonly #options: KeeperOptions;
  /** What is on disk: the same, unless the disk refuses. */
  #saved: AlertBook;
  #turn: Promise<void> = Promise.resolve();

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.book = options.store.read();
    this.#saved = this.book;
  }

  /** What a person asks for: it counts when it is on disk. @throws what `work` or the store throws, and then nothing has changed */
  change(work: (book: AlertBook) => AlertBook): Promise<void> {
    return this.#inTurn(async () => {
      const after = work(this.book);
      await this.#save(after);
      this.#adopt(after);
    });
  }

  /**
   * What the world has done: written first, but when the disk refuses it counts nevertheless, because a full disk is one of the things that
   * people must be told. What is missing on disk is written with the next change.
   */
  advance(work: (book: AlertBook) => AlertBook): Promise<void> {
    return this.#inTurn(async () => {
      const after = work(this.book);
      await this.#save(after).catch((error: unknown) =>
        this.#options.log.error({ reason: messageOf(error) }, 'alerts are kept in memory until they can be written'),
      );
      this.#adopt(after);
    });
  }

  /** Resolves when no change is under way. */
  idle(): Promise<void> {
    return this.#turn;
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #save(after: AlertBook): Promise<void> {
    const statements = statementsBetween(this.#saved, after);
    if (statements.length > 0) await this.#options.store.save(statements);
    this.#saved = after;
  }

  #adopt(after: AlertBook): void {
    const before = this.book;
    this.book = after;
    for (const event of changesBetween(before, after)) this.#options.onChange(event);
  }
}

/** Alerts that look different now: another state, muted or not, another state of a notification. One that is gone counts as resolved. */
function changesBetween(before: AlertBook, after: AlertBook): readonly { id: string; state: string }[] {
  const told = new Set(
    [...after.outbox.values()]
      .filter((row) => before.outbox.get(row.seq)?.state !== row.state)
      .map((row) => row.episode),
  );
  const changed = [...after.records.values()].filter((one) => {
    const old = before.records.get(one.id);
    return old?.state !== one.state || old.mutedBy !== one.mutedBy || told.has(one.id) || told.has(one.episode ?? '');
  });
  const gone = [...before.records.values()].filter((one) => one.state === 'pending' && !after.records.has(one.id));
  return [...changed, ...gone.map(({ id }) => ({ id, state: 'resolved' }))].map(({ id, state }) => ({ id, state }));
}
