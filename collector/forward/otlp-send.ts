/** Sends one queued OTLP body as it was received, compressed with gzip, and reads how many records were not taken. */
import { promisify } from 'node:util';
import { gzip, zstdDecompress } from 'node:zlib';
import type { ForwardTarget } from './forward-target.ts';
import { viaHeader, viaOnward } from './loop-guard.ts';
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
    [viaHeader]: viaOnward(row.via, sender.instanceId),
  };
  const url = `${target.url}/v1/${row.lane}`;
  return sendOnce(
    { url, headers, secrets: Object.values(target.headers), body, isRetryable: (status) => retryable.has(status) },
    tools,
  );
}
