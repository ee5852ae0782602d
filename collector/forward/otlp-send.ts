/** Sends one queued OTLP body as it was received, compressed with gzip, and reads how many records were not taken. */
import { promisify } from 'node:util';
import { gzip, zstdDecompress } from 'node:zlib';
import type { ForwardTarget } from './forward-target.ts';
import { forwardedByHeader } from './loop-guard.ts';
import { type SendOutcome, type SendTools, sendOnce } from './outcome.ts';
import type { QueuedRow } from './queue-reader.ts';

const compress = promisify(gzip);
const decompress = promisify(zstdDecompress);
const contentTypes = { protobuf: 'application/x-protobuf', json: 'application/json' } as const;
/** OTLP/HTTP: these and no others. */
const retryable = new Set([429, 502, 503, 504]);

/** Who sends. */
export interface Sender {
  readonly instanceId: string;
  readonly userAgent: string;
}

/** Never throws; a body that can not be read any more is dropped. */
export async function sendOtlp(
  target: ForwardTarget,
  row: QueuedRow,
  sender: Sender,
  tools: SendTools,
): Promise<SendOutcome> {
  const body = await decompress(row.body).then(
    (raw) => compress(raw, { level: 1 }),
    () => null,
  );
  if (body === null) return { kind: 'dropped', outcome: 'unreadable', reason: 'the queued body is damaged' };
  const headers = {
    ...target.headers,
    'user-agent': sender.userAgent,
    'content-type': contentTypes[row.encoding === 'json' ? 'json' : 'protobuf'],
    'content-encoding': 'gzip',
    [forwardedByHeader]: sender.instanceId,
  };
  const url = `${target.url}/v1/${row.lane}`;
  return sendOnce({ url, headers, body, isRetryable: (status) => retryable.has(status) }, tools);
}

/** Records that the receiver did not take, by its `partialSuccess`; 0 when it took all, or says nothing that is understood. */
export function rejectedIn(answer: Uint8Array, encoding: QueuedRow['encoding']): number {
  return encoding === 'json' ? rejectedInJson(answer) : rejectedInProtobuf(answer);
}

function rejectedInJson(answer: Uint8Array): number {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(answer).toString());
    const partial = Object(parsed).partialSuccess ?? {};
    const count = Number(partial.rejectedSpans ?? partial.rejectedDataPoints ?? partial.rejectedLogRecords ?? 0);
    return Number.isSafeInteger(count) && count > 0 ? count : 0;
  } catch {
    return 0;
  }
}

/** Field 1 of the answer is the partial success, field 1 of that the count. */
function rejectedInProtobuf(answer: Uint8Array): number {
  if (answer[0] !== 0x0a) return 0;
  const inner = varintAt(answer, 1);
  return answer[inner.end] === 0x08 && inner.value > 0 ? varintAt(answer, inner.end + 1).value : 0;
}

function varintAt(bytes: Uint8Array, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  let factor = 1;
  for (let at = start; at < bytes.length && at < start + 8; at += 1) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return { value, end: at + 1 };
    factor *= 0x80;
  }
  return { value: 0, end: bytes.length };
}
