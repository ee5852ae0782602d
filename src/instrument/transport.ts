/** Posts protobuf bodies to an OTLP/HTTP collector. Failures are values; nothing is retried here. */
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { messageOf } from '../kernel/errors.ts';

/** `rejected` = records that the collector took the request without; `retryAfterMs` null when it did not say. */
export type SendResult =
  | { readonly kind: 'accepted'; readonly rejected: number; readonly message: string }
  | { readonly kind: 'refused'; readonly status: number; readonly retryAfterMs: number | null }
  | { readonly kind: 'unreachable'; readonly reason: string };

/** One collector. */
export interface Transport {
  readonly send: (path: '/v1/traces' | '/v1/metrics' | '/v1/logs', body: Uint8Array) => Promise<SendResult>;
  readonly close: () => void;
}

/** The OTLP specification's default: a sender gives up after 10 s. */
const deadlineMs = 10_000;
const maxAnswerBytes = 4 * 1024 * 1024;

/** `endpoint` is the base address without `/v1/…`; `token` goes into `Authorization: Bearer`. */
export function createTransport(endpoint: string, token: string | null): Transport {
  const base = endpoint.replace(/\/+$/, '');
  const isTls = base.startsWith('https:');
  const agent = isTls ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const headers = {
    'content-type': 'application/x-protobuf',
    'user-agent': 'seamwatch-instrument',
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  };
  const send = (path: string, body: Uint8Array): Promise<SendResult> =>
    new Promise((resolve) => {
      const failed = (error: unknown): void => resolve({ kind: 'unreachable', reason: messageOf(error) });
      try {
        const options = {
          method: 'POST',
          agent,
          headers: { ...headers, 'content-length': body.length },
          signal: AbortSignal.timeout(deadlineMs),
        };
        const sent = (isTls ? httpsRequest : httpRequest)(`${base}${path}`, options, (answer) => {
          const parts: Buffer[] = [];
          let length = 0;
          answer.on('data', (part: Buffer) => {
            length += part.length;
            if (length <= maxAnswerBytes) parts.push(part);
          });
          answer.on('end', () => resolve(resultOf(answer.statusCode ?? 0, answer.headers['retry-after'], parts)));
          answer.on('error', failed);
        });
        sent.on('error', failed);
        sent.end(body);
      } catch (error) {
        failed(error);
      }
    });
  return { send, close: () => agent.destroy() };
}

function resultOf(status: number, retryAfter: string | undefined, parts: readonly Buffer[]): SendResult {
  if (status >= 200 && status <= 299) return { kind: 'accepted', ...partialSuccessOf(Buffer.concat(parts)) };
  const seconds = Number(retryAfter);
  const isUsable = retryAfter !== undefined && Number.isFinite(seconds) && seconds >= 0;
  return { kind: 'refused', status, retryAfterMs: isUsable ? seconds * 1000 : null };
}

/** Export<Signal>ServiceResponse: field 1 = partial success {1: rejected records, 2: message}; the common answer is empty. */
function partialSuccessOf(body: Buffer): { readonly rejected: number; readonly message: string } {
  if (body.length < 2 || body[0] !== 0x0a) return { rejected: 0, message: '' };
  let at = 2;
  let rejected = 0;
  if (body[at] === 0x08) {
    at += 1;
    for (let shift = 1; at < body.length; shift *= 128) {
      const byte = body[at] ?? 0;
      at += 1;
      rejected += (byte & 0x7f) * shift;
      if (byte < 0x80) break;
    }
  }
  return { rejected, message: body[at] === 0x12 ? body.toString('utf8', at + 2) : '' };
}
