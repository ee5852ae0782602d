/** The providers behind the three channels, as small local stand-ins with the latency of the real ones. */
import { type Clock, type Hub, pause, type Random } from '../platform/index.ts';

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

/** Ms of its own lateness that the stand-in makes good, at most. */
const mostLateMs = 100;

/** After `signal` aborts the providers answer at once, so that closing does not wait for a backlog. */
export function createSenders(hub: Hub, clock: Clock, random: Random, signal: AbortSignal): Senders {
  const roundTripMs = ([low, high]: readonly [number, number]): number => low + random() * (high - low);
  // A timer of a busy machine rings late. The real provider would not be slower for it, so the next answer comes that much earlier.
  let lateMs = 0;
  return {
    inApp: async (userId, notice) => {
      const wantedMs = roundTripMs(latencyMs.inApp);
      const startMs = clock.monotonicMs();
      await pause(Math.max(0, wantedMs - lateMs), signal);
      const tookMs = clock.monotonicMs() - startMs;
      lateMs = Math.min(mostLateMs, Math.max(0, lateMs + tookMs - wantedMs));
      await hub.send(userId, { type: 'notification', ...notice });
    },
    push: () => pause(roundTripMs(latencyMs.push), signal),
    email: () => pause(roundTripMs(latencyMs.email), signal),
  };
}
