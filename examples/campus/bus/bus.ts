/** The in-process event bus: at-least-once delivery to each consumer, retries with backoff, dead letters. */
import { attribute, consumeEvent, type DomainEvent, increment, metric, publishEvent } from 'seamwatch/instrument';
import { type Db, type Log, messageOf, pause, type Random } from '../platform/index.ts';

/** What a producer says; `causedBy` links an event to the one it answers. */
export interface Publication {
  readonly source: string;
  readonly userId: number;
  readonly causedBy?: DomainEvent;
}

/** A consumer may see an event more than once and must be idempotent by event id or by what the event names. */
export type Handler = (event: DomainEvent) => void | Promise<void>;

/** An event that one consumer failed to take `attempts` times. */
export interface DeadLetter {
  readonly event: DomainEvent;
  readonly consumer: string;
  readonly attempts: number;
  readonly error: string;
}

/** Lives in memory: what is not consumed when the process ends is lost, dead letters are kept in their table. */
export interface Bus {
  readonly publish: (type: string, data: object, publication: Publication) => DomainEvent;
  /** Gives an event that exists already to its consumers again; at-least-once, made visible. */
  readonly redeliver: (event: DomainEvent) => void;
  /** `types` null = every event. `consumer` is the domain's name. */
  readonly subscribe: (types: readonly string[] | null, consumer: string, handler: Handler) => void;
  readonly deadLetters: () => readonly DeadLetter[];
  /** Resolves when nothing is being delivered. */
  readonly idle: () => Promise<void>;
  /** Resolves when every event had its try; nothing waits for another try any more. */
  readonly close: () => Promise<void>;
}

/** Waits between tries: about `baseMs` × 2^(try − 1), jittered between half and whole. `tries` ≥ 1. */
export interface BusOptions {
  readonly db: Db;
  readonly log: Log;
  readonly random: Random;
  readonly tries?: number;
  readonly baseMs?: number;
}

interface Subscription {
  readonly types: readonly string[] | null;
  readonly consumer: string;
  readonly handler: Handler;
}

/** An empty bus; owns the table dead_letters. */
export function createBus(options: BusOptions): Bus {
  const tries = options.tries ?? 5;
  const baseMs = options.baseMs ?? 50;
  const deadLetters = openDeadLetters(options.db);
  const subscriptions: Subscription[] = [];
  const running = new Set<Promise<void>>();
  const closing = new AbortController();

  const deliver = async (event: DomainEvent, { consumer, handler }: Subscription): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await consumeEvent(event, consumer, async (received) => handler(received));
        return;
      } catch (error) {
        if (attempt >= tries || closing.signal.aborted) return bury(event, consumer, attempt, error);
        options.log.warn({ type: event.type, consumer, attempt }, `event not taken, trying again: ${messageOf(error)}`);
        await pause(baseMs * 2 ** (attempt - 1) * (0.5 + options.random() / 2), closing.signal);
      }
    }
  };
  const bury = (event: DomainEvent, consumer: string, attempts: number, error: unknown): void => {
    deadLetters.add({ event, consumer, attempts, error: messageOf(error) });
    increment(metric.eventDeadLetter, { [attribute.domain]: consumer, type: event.type });
    options.log.error({ type: event.type, id: event.id, consumer, attempts }, `event given up: ${messageOf(error)}`);
  };
  const dispatch = (event: DomainEvent): void => {
    for (const subscription of subscriptions) {
      if (subscription.types !== null && !subscription.types.includes(event.type)) continue;
      // Never inside the producer's call: the producer has answered before a consumer starts.
      const delivery = new Promise<void>((resolve) => setImmediate(resolve)).then(() => deliver(event, subscription));
      const tracked = delivery.finally(() => running.delete(tracked));
      running.add(tracked);
    }
  };
  return {
    publish: (type, data, { source, userId, causedBy }) => {
      const cause = causedBy === undefined ? {} : { causedBy };
      const event = publishEvent(type, data, { source, userId: String(userId), ...cause });
      dispatch(event);
      return event;
    },
    redeliver: dispatch,
    subscribe: (types, consumer, handler) => {
      subscriptions.push({ types, consumer, handler });
    },
    deadLetters: deadLetters.list,
    idle: async () => {
      while (running.size > 0) await Promise.allSettled(running);
    },
    close: async () => {
      closing.abort();
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}

function openDeadLetters(db: Db): { add: (letter: DeadLetter) => void; list: () => readonly DeadLetter[] } {
  db.exec(
    'CREATE TABLE IF NOT EXISTS dead_letters (event_id TEXT, consumer TEXT, attempts INTEGER NOT NULL, error TEXT NOT NULL, event TEXT NOT NULL, PRIMARY KEY (event_id, consumer))',
  );
  const insert = db.prepare('INSERT OR REPLACE INTO dead_letters VALUES (?, ?, ?, ?, ?)');
  const select = db.prepare<[], { event: string; consumer: string; attempts: number; error: string }>(
    'SELECT event, consumer, attempts, error FROM dead_letters ORDER BY event_id, consumer',
  );
  return {
    add: ({ event, consumer, attempts, error }) => {
      insert.run(event.id, consumer, attempts, error, JSON.stringify(event));
    },
    list: () => select.all().map((row) => ({ ...row, event: JSON.parse(row.event) as DomainEvent })),
  };
}
