/** Sends numbered telemetry from several hands and repeats each body until it is acknowledged, whoever dies meanwhile; for tests. */
import { sampleMetrics, sampleTraces } from './otlp-samples.ts';
import { send } from './test-collector.ts';

/** Spans of each body of traces. */
export const spansPerBody = 20;

const resource = { 'service.name': 'api', 'service.instance.id': 'a1' };
const feed = { 'seam.domain': 'feed' };

/** What was acknowledged, exactly. */
export interface Acknowledged {
  readonly traceBodies: number;
  /** The last value of a cumulative counter. */
  readonly counter: number;
  /** Bodies that each added 1. */
  readonly differences: number;
}

/** Lives as long as the load; `nowMs` is Unix ms. */
export class CountingClient {
  readonly #nowMs: number;
  #url = Promise.withResolvers<string>();
  #isDirected = false;
  #traceBodies = 0;
  #counter = 0;
  #differences = 0;
  #acknowledged = 0;
  #isStopping = false;
  #waiting: { readonly count: number; readonly resolve: () => void } | null = null;
  #hands: Promise<unknown> = Promise.resolve();

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  start(hands: number): void {
    const senders = Array.from({ length: hands }, () => this.#sendTraces());
    this.#hands = Promise.all([...senders, this.#sendCounter(), this.#sendDifferences()]);
  }

  /** From now on to this address; null = to nobody until there is one. */
  direct(url: string | null): void {
    if (url !== null) this.#url.resolve(url);
    else if (this.#isDirected) this.#url = Promise.withResolvers();
    this.#isDirected = url !== null;
  }

  /** Resolves after so many more acknowledgements. */
  acknowledgements(more: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting = { count: this.#acknowledged + more, resolve };
    });
  }

  /** Every body that was begun is acknowledged. */
  async finish(): Promise<Acknowledged> {
    this.#isStopping = true;
    await this.#hands;
    return { traceBodies: this.#traceBodies, counter: this.#counter, differences: this.#differences };
  }

  async #sendTraces(): Promise<void> {
    while (!this.#isStopping) {
      const number = this.#traceBodies++;
      await this.#deliver('/v1/traces', traceBody(number, this.#nowMs));
    }
  }

  async #sendCounter(): Promise<void> {
    while (!this.#isStopping) {
      const value = this.#counter + 1;
      await this.#deliver('/v1/metrics', counterBody('event.published', 2, value, this.#nowMs));
      this.#counter = value;
    }
  }

  async #sendDifferences(): Promise<void> {
    while (!this.#isStopping) {
      await this.#deliver('/v1/metrics', counterBody('event.consumed', 1, this.#differences, this.#nowMs));
      this.#differences += 1;
    }
  }

  async #deliver(path: string, body: Buffer): Promise<void> {
    for (;;) {
      const url = this.#url;
      const answer = await send(`${await url.promise}${path}`, 'POST', body, {}).catch(() => null);
      if (answer?.status === 200) break;
      // The one who served is gone: wait for the next instead of asking it again.
      if (answer === null && this.#url === url) this.direct(null);
    }
    this.#acknowledged += 1;
    if (this.#waiting !== null && this.#acknowledged >= this.#waiting.count) this.#waiting.resolve();
  }
}

/** The trace that the body `number` holds. */
export function traceIdOf(number: number): string {
  return (number + 1).toString(16).padStart(32, '0');
}

/** One trace of {@link spansPerBody} spans at `atMs` (Unix ms); `status` 2 is an error. */
export function traceBody(number: number, atMs: number, status = 0): Buffer {
  const spans = Array.from({ length: spansPerBody }, (_, index) => ({
    traceId: traceIdOf(number),
    spanId: (index + 1).toString(16).padStart(16, '0'),
    startMs: atMs,
    durationMs: 1,
    status,
    attributes: { ...feed, 'seam.operation': 'load' },
  }));
  return sampleTraces(resource, spans);
}

/** A point of a sum: `temporality` 2 says `value` in all, 1 says one more, its `value` only tells bodies apart. */
export function counterBody(name: string, temporality: 1 | 2, value: number, atMs: number): Buffer {
  const timeMs = atMs + value;
  const point = { name, shape: 'sum', temporality, timeMs, attributes: feed } as const;
  return sampleMetrics(resource, [
    temporality === 2 ? { ...point, startMs: atMs - 1_000, value } : { ...point, startMs: timeMs - 1, value: 1 },
  ]);
}
