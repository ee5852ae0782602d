/** The span exporter: one OTLP request a batch, retried while a busy collector asks for it, dropped and counted otherwise. */
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { AppError, messageOf } from '../kernel/errors.ts';
import { sleep } from '../kernel/schedule.ts';
import type { Losses } from './losses.ts';
import type { SendResult, Transport } from './transport.ts';

/** A collector that is behind says 1–5 s; one that asks for more is away. */
const longestRetryMs = 5_000;
const maxRetries = 2;
const retryable = new Set([429, 502, 503, 504]);

/** Turns spans into one request body; undefined when there is nothing to send. */
export type SerializeSpans = (spans: ReadableSpan[]) => Uint8Array | undefined;

/** `transport` null = spans are thrown away on purpose, and not counted as lost. */
export function exportSpans(serialize: SerializeSpans, transport: Transport | null, losses: Losses): SpanExporter {
  const running = new Set<Promise<void>>();
  const closing = new AbortController();
  const deliver = async (spans: ReadableSpan[]): Promise<Error | null> => {
    const body = transport === null ? undefined : serialize(spans);
    if (transport === null || body === undefined) return null;
    return lossOf(await sendPatiently(transport, body, closing.signal), spans.length, losses);
  };
  return {
    export: (spans, done) => {
      const work = deliver(spans).then(
        (error) => done(error === null ? { code: 0 } : { code: 1, error }),
        (thrown: unknown) => {
          losses.spans(spans.length, 'failed');
          losses.exportFailed();
          done({ code: 1, error: new AppError('INTERNAL', messageOf(thrown), { cause: thrown }) });
        },
      );
      running.add(work);
      void work.finally(() => running.delete(work));
    },
    forceFlush: async () => {
      await Promise.all(running);
    },
    shutdown: async () => {
      closing.abort();
      await Promise.all(running);
    },
  };
}

function lossOf(result: SendResult, spans: number, losses: Losses): Error | null {
  if (result.kind === 'accepted') {
    if (result.rejected > 0) losses.spans(result.rejected, 'rejected');
    return null;
  }
  const reason = result.kind === 'refused' ? String(result.status) : 'unreachable';
  losses.spans(spans, reason);
  losses.exportFailed();
  return new AppError('UNAVAILABLE', `${spans} spans were dropped: the collector is away (${reason})`);
}

async function sendPatiently(transport: Transport, body: Uint8Array, closing: AbortSignal): Promise<SendResult> {
  let result = await transport.send('/v1/traces', body);
  for (let retry = 0; retry < maxRetries; retry += 1) {
    if (result.kind !== 'refused' || !retryable.has(result.status) || closing.aborted) break;
    if (result.retryAfterMs === null || result.retryAfterMs > longestRetryMs) break;
    await sleep(result.retryAfterMs, closing);
    result = await transport.send('/v1/traces', body);
  }
  return result;
}
