/** Sends one queued remote write request. */
import type { ForwardTarget } from './forward-target.ts';
import type { Sender } from './otlp-send.ts';
import { type SendOutcome, type SendTools, sendOnce } from './outcome.ts';
import type { QueuedRow } from './queue-reader.ts';

/** Never throws. 5xx and 429 are worth another try, every other refusal is for good (remote write specification 1.0). */
export function sendSamples(
  target: ForwardTarget,
  row: QueuedRow,
  sender: Sender,
  tools: SendTools,
): Promise<SendOutcome> {
  const headers = {
    ...target.headers,
    'user-agent': sender.userAgent,
    'content-type': 'application/x-protobuf',
    'content-encoding': 'snappy',
    'x-prometheus-remote-write-version': '0.1.0',
  };
  const isRetryable = (status: number): boolean => status === 429 || status >= 500;
  return sendOnce(
    { url: target.url, headers, secrets: Object.values(target.headers), body: row.body, isRetryable },
    tools,
  );
}
