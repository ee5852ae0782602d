/** Sends one queued OTLP body as it was received, compressed with gzip, and reads how many records were not taken. */
import { promisify } from 'node:util';
import { gzip, zstdDecompress } from 'node:zlib';
import type { ForwardTarget } from './forward-target.ts';
import { viaHeader, viaOnward } from './loop-guard.ts';
import { type SendOutcome, type SendTools, sendOnce } from './outcome.ts';
import type { QueuedRow } from './queue-reader.ts';
import { type Half, splitBody } from './split-body.ts';

const compress = promisify(gzip);
const decompress = promisify(zstdDecompress);
const contentTypes = { protobuf: 'application/x-protobuf', json: 'application/json' } as const;
/** OTLP/HTTP: these and no others. */
const retryable = new Set([429, 502, 503, 504]);
const tooLarge = 'http_413';

/** Who sends. */
export interface Sender {
  readonly instanceId: string;
  readonly userAgent: string;
}

/** What became of the parts of a body while other parts are still to be sent; one per lane. */
export type PartsDone = Map<number, Map<string, SendOutcome>>;

/** Never throws; a body that can not be read any more is dropped, one that is too large is sent in parts. */
export async function sendOtlp(
  target: ForwardTarget,
  row: QueuedRow,
  sender: Sender,
  tools: SendTools,
  partsDone: PartsDone = new Map(),
): Promise<SendOutcome> {
  const body = await decompress(row.body).catch(() => null);
  if (body === null) return { kind: 'dropped', outcome: 'unreadable', reason: 'the queued body is damaged' };
  const encoding = row.encoding === 'json' ? 'json' : 'protobuf';
  const headers = {
    ...target.headers,
    'user-agent': sender.userAgent,
    'content-type': contentTypes[encoding],
    'content-encoding': 'gzip',
    [viaHeader]: viaOnward(row.via, sender.instanceId),
  };
  const request = {
    url: `${target.url}/v1/${row.lane}`,
    ...{ headers, secrets: Object.values(target.headers), isRetryable: (status: number) => retryable.has(status) },
  };
  const done = partsDone.get(row.id) ?? new Map<string, SendOutcome>();
  const send = async (part: Buffer): Promise<SendOutcome> =>
    sendOnce({ ...request, body: await compress(part, { level: 1 }) }, tools);
  const outcome = await sendInParts({ body, records: 0 }, { encoding, send, done }, '');
  if (outcome.kind === 'retry' && done.size > 0) partsDone.set(row.id, done);
  else partsDone.delete(row.id);
  return outcome;
}

interface PartsTerms {
  readonly encoding: 'protobuf' | 'json';
  readonly send: (part: Buffer) => Promise<SendOutcome>;
  readonly done: Map<string, SendOutcome>;
}

/** 413 alone says that less would be taken (RFC 9110 §15.5.14). `place` names the part: 0 and 1 for each halving. */
async function sendInParts(part: Half, terms: PartsTerms, place: string): Promise<SendOutcome> {
  const { encoding, send, done } = terms;
  const before = done.get(place);
  const outcome = before ?? (await send(part.body));
  if (outcome.kind !== 'retry') done.set(place, outcome);
  if (outcome.kind !== 'dropped' || outcome.outcome !== tooLarge) return outcome;
  const halves = splitBody(part.body, encoding);
  if (halves === null) return outcome;
  const outcomes: { readonly half: Half; readonly outcome: Exclude<SendOutcome, { kind: 'retry' }> }[] = [];
  for (const [index, half] of halves.entries()) {
    const result = await sendInParts(half, terms, `${place}${index}`);
    if (result.kind === 'retry') return result;
    outcomes.push({ half, outcome: result });
  }
  const refused = outcomes.find((one) => one.outcome.kind === 'dropped')?.outcome;
  if (refused !== undefined && outcomes.every((one) => one.outcome.kind === 'dropped')) return refused;
  return {
    kind: 'accepted',
    answers: outcomes.flatMap((one) => (one.outcome.kind === 'accepted' ? one.outcome.answers : [])),
    refused: outcomes.flatMap((one) =>
      one.outcome.kind === 'accepted'
        ? one.outcome.refused
        : [{ outcome: one.outcome.outcome, records: one.half.records }],
    ),
  };
}
