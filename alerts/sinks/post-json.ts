/** One POST of JSON to a sink, and what its answer means. The policy of status codes is data; reasons never hold a secret. */
import { systemCodeOf } from '../../src/kernel/errors.ts';
import { after } from '../../src/kernel/schedule.ts';
import type { SendOutcome } from '../outbox.ts';
import { policy } from '../policy.ts';
import { clip } from './sink.ts';

/** `secrets` are cut out of whatever is quoted from the answer. */
export interface Post {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly signal: AbortSignal;
  readonly fetch: typeof globalThis.fetch;
}

/** Failures in which no byte of the request can have reached the sink. */
const neverSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
/** Answers of somebody in between: what the sink itself did is not known. */
const inBetween = new Set([502, 504]);
const answerBytes = 4_096;

/** Never throws. Redirects are not followed: a secret goes only where it was configured to go. */
export async function postJson(post: Post): Promise<SendOutcome> {
  const limit = new AbortController();
  const cancel = after(policy.sendTimeoutMs, () => limit.abort());
  try {
    const answer = await post.fetch(post.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...post.headers },
      body: post.body,
      redirect: 'manual',
      signal: AbortSignal.any([post.signal, limit.signal]),
    });
    return outcomeOf(answer.status, redacted(await beginningOf(answer), post.secrets));
  } catch (thrown) {
    return failureOf(thrown, limit.signal.aborted);
  } finally {
    cancel();
  }
}

/** 2xx is taken; 408, 429 and 5xx are worth another try; anything else is a definite no. `said` is quoted in the reason. */
export function outcomeOf(status: number, said: string): SendOutcome {
  if (status >= 200 && status < 300) return { kind: 'accepted' };
  const reason = `answered ${status}${said === '' ? '' : `: ${said}`}`;
  if (status === 429) return { kind: 'retry', reason, minimumWaitMs: policy.rateLimitedWaitMs, mayBeTaken: false };
  if (status === 408 || status >= 500) {
    return { kind: 'retry', reason, minimumWaitMs: 0, mayBeTaken: inBetween.has(status) };
  }
  return {
    kind: 'rejected',
    reason: status < 400 ? `${reason}; redirects are not followed, write the final address` : reason,
  };
}

/** The text with every secret replaced. */
export function redacted(text: string, secrets: readonly string[]): string {
  const clean = secrets
    .filter((secret) => secret !== '')
    .reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  return clip(clean.replace(/\s+/g, ' ').trim(), policy.reasonLength);
}

function failureOf(thrown: unknown, isTooLate: boolean): SendOutcome {
  if (isTooLate) {
    return {
      kind: 'retry',
      reason: `no answer within ${policy.sendTimeoutMs / 1_000} s`,
      minimumWaitMs: 0,
      mayBeTaken: true,
    };
  }
  const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
  const code = systemCodeOf(cause) ?? (thrown instanceof Error ? thrown.name : 'unknown');
  return { kind: 'retry', reason: `not reached: ${code}`, minimumWaitMs: 0, mayBeTaken: !neverSent.has(code) };
}

/** Reads no more than it quotes, then lets the connection go. */
async function beginningOf(answer: Response): Promise<string> {
  const reader = answer.body?.getReader();
  if (reader === undefined) return '';
  const decoder = new TextDecoder();
  let text = '';
  try {
    while (text.length < answerBytes) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
    return text;
  } catch {
    return text; // the status has come, and it decides
  } finally {
    await reader.cancel().catch(() => {});
  }
}
