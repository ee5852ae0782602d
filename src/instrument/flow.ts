/** What all work of one request shares: its correlation ID, its trace, whether that is sampled, and whether a probe makes it. */
import type { Context } from '@opentelemetry/api';
import { systemClock } from '../kernel/clock.ts';
import { uuidv7 } from '../kernel/ids.ts';
import { pooledRandom, randomHex } from './randomness.ts';
import type { RemoteParent } from './trace-context.ts';

const random = pooledRandom();

/** What a flow may start with. */
export interface FlowOrigin {
  readonly correlationId?: string | null;
  readonly remote?: RemoteParent | null;
  /** Raw baggage header that came in, already checked for length. */
  readonly baggage?: string | null;
  readonly traceId?: string | null;
  /** Default: what the remote parent says. */
  readonly isProbe?: boolean;
  /** False = no span is made anywhere in this flow. */
  readonly sampled: boolean;
}

/** Ids are made when somebody asks for them: an unsampled, unlogged call pays for none. */
export class Flow {
  readonly remote: RemoteParent | null;
  readonly baggage: string | null;
  /** True = the work of a synthetic probe: it is traced, its entry request is counted as a probe's, nothing below it is counted. */
  readonly isProbe: boolean;
  /** A foreign tracer provider may turn this off when its root span is not recorded. */
  sampled: boolean;
  /** The first domain called in this flow; names an entry that has no domain of its own. */
  firstDomain: string | null = null;
  /** OpenTelemetry context that the spans of this flow start from; made by the tracing bridge. */
  base: Context | null = null;
  #correlationId: string | null;
  #traceId: string | null;
  #ownSpanId: string | null = null;

  constructor(origin: FlowOrigin) {
    this.remote = origin.remote ?? null;
    this.baggage = origin.baggage ?? null;
    this.isProbe = origin.isProbe ?? this.remote?.isProbe ?? false;
    this.sampled = origin.sampled;
    this.#correlationId = origin.correlationId ?? null;
    this.#traceId = origin.traceId ?? this.remote?.traceId ?? null;
  }

  get correlationId(): string {
    this.#correlationId ??= uuidv7(systemClock.nowMs(), random);
    return this.#correlationId;
  }

  /** 32 lower-case hex digits. */
  get traceId(): string {
    this.#traceId ??= randomHex(16, random);
    return this.#traceId;
  }

  /** Stands in for the span of an unsampled flow, where a header needs one; 16 lower-case hex digits. */
  get standInSpanId(): string {
    this.#ownSpanId ??= randomHex(8, random);
    return this.#ownSpanId;
  }

  /** A foreign provider names the trace by its first span. */
  adoptTraceId(traceId: string): void {
    this.#traceId = traceId;
  }
}
