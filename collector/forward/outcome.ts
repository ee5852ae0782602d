/** One request to a target and what its answer means. Never throws; reasons hold nothing that was sent. */
import { systemCodeOf } from '../../src/kernel/errors.ts';
import { after } from '../../src/kernel/schedule.ts';
import { statusMessageIn } from './otlp-answer.ts';

/**
 * `accepted` may still have left records out: those that `answers` speak of, and parts that were refused. `dropped` is a no for good;
 * `retry` waits at least `waitMs`.
 */
export type SendOutcome =
  | { readonly kind: 'accepted'; readonly answers: readonly Uint8Array[]; readonly refused: readonly RefusedPart[] }
  | { readonly kind: 'dropped'; readonly outcome: string; readonly reason: string }
  | { readonly kind: 'retry'; readonly reason: string; readonly waitMs: number };

/** Records of a body that was sent in parts. */
export interface RefusedPart {
  readonly outcome: string;
  readonly records: number;
}

/** One POST. */
export interface SendRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of the headers: what must not be repeated in words. */
  readonly secrets: readonly string[];
  readonly body: Uint8Array;
  /** Which answers are worth another try. */
  readonly isRetryable: (status: number) => boolean;
}

/** What sending needs of the world; `nowMs` reads a date in Retry-After. */
export interface SendTools {
  readonly fetch: typeof globalThis.fetch;
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
}

/** As OTLP clients wait (OTLP specification). */
const timeoutMs = 10_000;
/** OTLP: an answer has at most 4 MiB. */
const answerBytes = 4_194_304;
const longestWaitMs = 3_600_000;
const saidCharacters = 200;

export async function sendOnce(request: SendRequest, tools: SendTools): Promise<SendOutcome> {
  const limit = new AbortController();
  const cancel = after(timeoutMs, () => limit.abort());
  try {
    const answer = await tools.fetch(request.url, {
      method: 'POST',
      headers: { ...request.headers },
      body: Buffer.from(request.body),
      redirect: 'manual',
      signal: AbortSignal.any([tools.signal, limit.signal]),
    });
    return outcomeOf(request, answer, await beginningOf(answer), tools.nowMs());
  } catch (thrown) {
    const reason = limit.signal.aborted ? `no answer within ${timeoutMs / 1_000} s` : `not reached: ${whyNot(thrown)}`;
    return { kind: 'retry', reason, waitMs: 0 };
  } finally {
    cancel();
  }
}

function outcomeOf(request: SendRequest, answer: Response, body: Uint8Array, nowMs: number): SendOutcome {
  const { status } = answer;
  if (answer.ok) return { kind: 'accepted', answers: [body], refused: [] };
  const reason = `answered ${status}${saidIn(answer, body, request.secrets)}`;
  if (request.isRetryable(status))
    return { kind: 'retry', reason, waitMs: waitOf(answer.headers.get('retry-after'), nowMs) };
  const remedy = status < 400 ? '; redirects are not followed, write the final address' : '';
  return { kind: 'dropped', outcome: `http_${status}`, reason: reason + remedy };
}

/** Seconds or a date; 0 when there is none. */
function waitOf(header: string | null, nowMs: number): number {
  if (header === null) return 0;
  const waitMs = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Number.isFinite(waitMs) ? Math.min(Math.max(waitMs, 0), longestWaitMs) : 0;
}

/** What a text or JSON answer says, without the secrets that were sent. */
function saidIn(answer: Response, body: Uint8Array, secrets: readonly string[]): string {
  const type = answer.headers.get('content-type') ?? '';
  let text = '';
  if (type.startsWith('application/x-protobuf')) text = statusMessageIn(body);
  else if (/^(text\/plain|application\/json)/.test(type)) text = Buffer.from(body).toString();
  text = text.replace(/\s+/g, ' ').trim();
  if (text === '') return '';
  const parts = secrets.flatMap((value) => [value, ...value.split(' ')]);
  for (const secret of parts.filter(({ length }) => length >= 6)) text = text.replaceAll(secret, '***');
  return `: ${text.slice(0, saidCharacters)}`;
}

async function beginningOf(answer: Response): Promise<Uint8Array> {
  const reader = answer.body?.getReader();
  if (reader === undefined) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return Buffer.concat(chunks);
      bytes += value.length;
      if (bytes > answerBytes) return new Uint8Array(0);
      chunks.push(value);
    }
  } catch {
    return new Uint8Array(0); // the status has come, and it decides
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function whyNot(thrown: unknown): string {
  const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
  return systemCodeOf(cause) ?? (cause instanceof Error ? cause.name : 'unknown');
}
