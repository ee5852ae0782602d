/** Reads one metrics page over HTTP: asks for OpenMetrics, follows redirects on the same host, ends at a size and a time. */
import { AppError, systemCodeOf } from '../../../src/kernel/errors.ts';
import { after } from '../../../src/kernel/schedule.ts';
import type { PageFormat } from './page.ts';
import type { ScrapeTarget } from './target.ts';

/** The text of a page and how to read it. */
export interface FetchedPage {
  readonly text: string;
  readonly format: PageFormat;
}

/** What was given to fetch pages with. */
export interface PageNetwork {
  readonly fetch: typeof globalThis.fetch;
  readonly signal: AbortSignal;
}

/** After decompression. */
const maxPageBytes = 16_777_216;
const maxRedirects = 5;
const accept =
  'application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.6,text/plain;q=0.4,*/*;q=0.1';

/** @throws UNAVAILABLE when it does not answer with a page, PAYLOAD_TOO_LARGE; reasons hold no secret */
export async function fetchPage(target: ScrapeTarget, network: PageNetwork): Promise<FetchedPage> {
  const limit = new AbortController();
  const cancel = after(target.timeoutMs, () => limit.abort());
  try {
    const signal = AbortSignal.any([network.signal, limit.signal]);
    const answer = await followed(target, network.fetch, signal);
    return { format: formatOf(answer), text: await textOf(answer) };
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    throw unavailable(limit.signal.aborted ? `no page within ${target.timeoutMs} ms` : reachReason(thrown));
  } finally {
    cancel();
  }
}

async function followed(target: ScrapeTarget, fetchIt: typeof fetch, signal: AbortSignal): Promise<Response> {
  const headers = {
    accept,
    'x-prometheus-scrape-timeout-seconds': String(target.timeoutMs / 1_000),
    ...target.headers,
  };
  let url = new URL(target.url);
  for (let hop = 0; hop <= maxRedirects; hop += 1) {
    const answer = await fetchIt(url, { headers, redirect: 'manual', signal });
    if (answer.ok) return answer;
    await answer.body?.cancel();
    const location = answer.headers.get('location');
    if (answer.status < 300 || answer.status >= 400 || location === null) {
      throw unavailable(`answered ${answer.status} ${answer.statusText}`.trim());
    }
    const next = URL.parse(location, url);
    if (next === null || next.origin !== url.origin) {
      throw unavailable(`redirects to another host (${next?.origin ?? 'no address'}); write the final address as url`);
    }
    url = next;
  }
  throw unavailable(`redirects more than ${maxRedirects} times`);
}

/** No type at all is read as the older text format; Prometheus before 3 did the same. */
function formatOf(answer: Response): PageFormat {
  const type = (answer.headers.get('content-type') ?? 'text/plain').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/openmetrics-text') return 'openMetrics';
  if (type === 'text/plain') return 'text';
  void answer.body?.cancel();
  throw unavailable(`answered ${type.slice(0, 60)}, which is no metrics page; check the address`);
}

async function textOf(answer: Response): Promise<string> {
  const reader = answer.body?.getReader();
  if (reader === undefined) return '';
  const decoder = new TextDecoder('utf-8');
  let text = '';
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.length;
    if (bytes > maxPageBytes) {
      await reader.cancel();
      throw new AppError('PAYLOAD_TOO_LARGE', `the page has more than ${maxPageBytes} bytes; show fewer series on it`);
    }
    text += decoder.decode(value, { stream: true });
  }
}

function reachReason(thrown: unknown): string {
  const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
  return `not reached: ${systemCodeOf(cause) ?? (cause instanceof Error ? cause.name : 'unknown')}`;
}

function unavailable(message: string): AppError {
  return new AppError('UNAVAILABLE', message);
}
