/** HTTP: one request with its redirects, the answer read up to a limit, and what is expected of it. */
import { type IncomingMessage, request as plainRequest, type RequestOptions } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { AppError } from '../src/kernel/errors.ts';
import { mismatchIn } from './answer.ts';
import type { Expectation, HttpProbe, RequestPlan } from './definition.ts';
import { connectOptions, reasonOf } from './network.ts';
import { failed, passed, type StepFacts, type StepOutcome, type StepTools } from './step-tools.ts';
import { addressOf, shownAddress, shownUrl } from './target.ts';

/** At most so much of a body is read; the rest is left unread. */
export const longestBodyBytes = 1_048_576;

/** Redirects that are followed, all on the same host. */
const mostRedirects = 5;

/** `body` is UTF-8; `isCut` when it was longer than is read. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly isCut: boolean;
}

/** What became of a request: an answer, or why there is none. `facts` are for the span. */
export type Exchange =
  | { readonly ok: true; readonly answer: Answer; readonly facts: StepFacts }
  | { readonly ok: false; readonly reason: string; readonly facts: StepFacts };

/** One run of an HTTP probe. Never throws. */
export async function probeHttp(probe: HttpProbe, tools: StepTools): Promise<StepOutcome> {
  const startMs = tools.clock.monotonicMs();
  const exchanged = await exchange(probe.request, probe.expect, tools);
  if (!exchanged.ok) return failed(exchanged.reason, exchanged.facts);
  const mismatch = mismatchIn(exchanged.answer, probe.expect, tools.clock.monotonicMs() - startMs);
  return mismatch === null ? passed(exchanged.facts) : failed(mismatch, exchanged.facts);
}

/**
 * Sends the request on a connection of its own, which is closed afterwards. A redirect on the same host is followed unless its
 * status is expected; one to another host is a failure. Never throws.
 */
export async function exchange(plan: RequestPlan, expect: Expectation, tools: StepTools): Promise<Exchange> {
  let current = plan;
  let facts: StepFacts = factsOf(plan);
  for (let followed = 0; followed <= mostRedirects; followed += 1) {
    const url = new URL(current.url);
    try {
      const { answer, location } = await sendOnce(url, current, tools);
      facts = { ...facts, 'http.response.status_code': answer.status };
      if (location === null || expect.status?.includes(answer.status) === true) return { ok: true, answer, facts };
      const next = URL.parse(location, url);
      if (next === null || !staysAtHome(url, next)) {
        const reason = `status ${answer.status} redirects to another host, ${next?.host ?? 'which can not be read'}; probes stay on ${url.host}`;
        return { ok: false, reason, facts };
      }
      current = redirected(current, answer.status, next);
    } catch (error) {
      return { ok: false, reason: reasonOf(error, shownAddress(addressOf(url)), tools.signal), facts };
    }
  }
  return { ok: false, reason: `more than ${mostRedirects} redirects, the last to ${shownUrl(current.url)}`, facts };
}

interface Received {
  readonly answer: Answer;
  readonly location: string | null;
}

function sendOnce(url: URL, plan: RequestPlan, tools: StepTools): Promise<Received> {
  const body = plan.json === undefined ? null : Buffer.from(JSON.stringify(plan.json));
  const options: RequestOptions = {
    method: plan.method,
    headers: {
      accept: '*/*',
      'accept-encoding': 'identity',
      ...(body === null ? {} : { 'content-type': 'application/json', 'content-length': body.length }),
      ...lowerCased(plan.headers),
      ...tools.headers,
    },
    agent: false,
    signal: tools.signal,
    ...connectOptions(tools.network),
  };
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? tlsRequest : plainRequest;
    const request = send(url, options, (response) => {
      readBody(response).then(
        ({ text, isCut }) => {
          request.destroy();
          const status = response.statusCode ?? 0;
          const isRedirect = [301, 302, 303, 307, 308].includes(status);
          const location = isRedirect ? (response.headers.location ?? null) : null;
          resolve({ answer: { status, body: text, isCut }, location });
        },
        (error: unknown) => {
          request.destroy();
          reject(error);
        },
      );
    });
    request.on('error', reject);
    request.end(body ?? undefined);
  });
}

async function readBody(response: IncomingMessage): Promise<{ readonly text: string; readonly isCut: boolean }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) throw new AppError('INTERNAL', 'the body came as text; read it as bytes');
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > longestBodyBytes) break;
  }
  const isCut = bytes > longestBodyBytes;
  return { text: Buffer.concat(chunks).subarray(0, longestBodyBytes).toString('utf8'), isCut };
}

/** The same origin, or the same name from http to https. */
function staysAtHome(from: URL, to: URL): boolean {
  if (from.origin === to.origin) return true;
  return from.hostname === to.hostname && from.protocol === 'http:' && to.protocol === 'https:';
}

/** As RFC 9110 §15.4 has it: 303, and 301 or 302 after POST, go on as GET without a body. */
function redirected(plan: RequestPlan, status: number, to: URL): RequestPlan {
  const becomesGet = (status === 303 && plan.method !== 'HEAD') || (status < 303 && plan.method === 'POST');
  return becomesGet ? { ...plan, url: to.href, method: 'GET', json: undefined } : { ...plan, url: to.href };
}

function factsOf(plan: RequestPlan): StepFacts {
  return { 'http.request.method': plan.method, 'url.full': shownUrl(plan.url) };
}

function lowerCased(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
