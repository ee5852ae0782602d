/** Whether an HTTP answer is what was expected, and reading JSON out of it. Pure. */
import { formatDurationMs } from '../src/kernel/duration.ts';
import { shownValue } from '../src/kernel/validate.ts';
import { mismatchOf } from './condition.ts';
import type { Expectation } from './definition.ts';
import { readPath } from './json-path.ts';

/** What is looked at. */
export interface ReadAnswer {
  readonly status: number;
  readonly body: string;
  readonly isCut: boolean;
}

/** Null when everything fits; else the first thing that does not, as a clause. `tookMs` is judged against `atMost`. */
export function mismatchIn(answer: ReadAnswer, expect: Expectation, tookMs: number): string | null {
  return (
    statusMismatch(answer, expect) ??
    bodyMismatch(answer, expect) ??
    jsonMismatch(answer, expect) ??
    latencyMismatch(tookMs, expect.atMostMs)
  );
}

/** Null when `tookMs` is within the limit, or there is none. */
export function latencyMismatch(tookMs: number, atMostMs: number | null): string | null {
  if (atMostMs === null || tookMs <= atMostMs) return null;
  return `took ${Math.ceil(tookMs)} ms, more than ${formatDurationMs(atMostMs).replace(/[a-z]+$/, ' $&')}`;
}

/** The body as JSON, or why it is none. */
export function jsonOf(answer: ReadAnswer): { readonly json: unknown } | { readonly fault: string } {
  if (answer.isCut) return { fault: 'the body is longer than 1 MiB, so it is not read as JSON' };
  try {
    return { json: JSON.parse(answer.body) };
  } catch {
    const start = answer.body.trim();
    return { fault: start === '' ? 'the body is empty, not JSON' : `the body is not JSON: ${shownValue(start)}` };
  }
}

/** Captures of a JSON value, or the first that is missing. A null can not be captured. */
export function captureFrom(
  json: unknown,
  paths: Readonly<Record<string, string>>,
): { readonly values: ReadonlyMap<string, unknown> } | { readonly fault: string } {
  const values = new Map<string, unknown>();
  for (const [name, path] of Object.entries(paths)) {
    const value = readPath(json, path);
    if (value === undefined || value === null) return { fault: `${path} is missing, so there is no {{${name}}}` };
    values.set(name, value);
  }
  return { values };
}

function statusMismatch({ status, body }: ReadAnswer, { status: accepted }: Expectation): string | null {
  const fits = accepted === null ? status >= 200 && status <= 299 : accepted.includes(status);
  if (fits) return null;
  const said = body.trim() === '' ? '' : `: ${shownValue(body.trim()).replace(/^"|"$/g, '')}`;
  return `status ${status}, expected ${accepted === null ? '200 to 299' : accepted.join(' or ')}${said}`;
}

function bodyMismatch(answer: ReadAnswer, { bodyContains }: Expectation): string | null {
  if (bodyContains === null || answer.body.includes(bodyContains)) return null;
  return `the ${answer.isCut ? 'first MiB of the body' : 'body'} does not contain ${shownValue(bodyContains)}`;
}

function jsonMismatch(answer: ReadAnswer, { json }: Expectation): string | null {
  if (json.length === 0) return null;
  const parsed = jsonOf(answer);
  if ('fault' in parsed) return parsed.fault;
  for (const [path, condition] of json) {
    const mismatch = mismatchOf(condition, readPath(parsed.json, path), path);
    if (mismatch !== null) return mismatch;
  }
  return null;
}
