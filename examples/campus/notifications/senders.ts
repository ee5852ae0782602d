/** The providers behind the three channels, as small local stand-ins with the latency of the real ones. */
import { type Hub, pause, type Random } from '../platform/index.ts';

/** A notification as a recipient sees it; `at` is the event's time in Unix ms. */
export interface Notice {
  readonly id: number;
  readonly eventType: string;
  readonly text: string;
  readonly subjectId: number;
  readonly at: number;
  readonly correlationId: string;
}

/** Each call resolves when the provider has accepted. */
export interface Senders {
  /** The real-time provider's round trip, then the recipient's open sockets. */
  readonly inApp: (userId: number, notice: Notice) => Promise<void>;
  readonly push: (userId: number, notice: Notice) => Promise<void>;
  /** One mail that holds several notices. */
  readonly email: (userId: number, notices: readonly Notice[]) => Promise<void>;
}

/** Round trips in ms, uniform between the two. */
const latencyMs = { inApp: [17, 22], push: [80, 300], email: [30, 90] } as const;

/** After `signal` aborts the providers answer at once, so that closing does not wait for a backlog. */
export function createSenders(hub: Hub, random: Random, signal: AbortSignal): Senders {
  const roundTrip = ([low, high]: readonly [number, number]): Promise<void> =>
    pause(low + random() * (high - low), signal);
  return {
    inApp: async (userId, notice) => {
      await roundTrip(latencyMs.inApp);
      await hub.send(userId, { type: 'notification', ...notice });
    },
    push: () => roundTrip(latencyMs.push),
    email: () => roundTrip(latencyMs.email),
  };
}
