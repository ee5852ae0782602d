/** The API's answers, kept by path: shown pages re-read them on each tick, and an error never wipes what was known. */
import { useCallback } from 'preact/hooks';
import type { Meta } from '../contract/index.ts';
import { useSyncExternalStore } from './external-store.ts';

/** What went wrong, in the API's own words where it had some. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly status: number;
}

/** One answer: `data` null until the first arrives; `failure` beside old data when the last try failed. */
export interface Answer<Data> {
  readonly data: Data | null;
  readonly meta: Meta | null;
  readonly failure: Failure | null;
}

interface Entry {
  answer: Answer<unknown>;
  readonly listeners: Set<() => void>;
  reading: boolean;
  readAtMs: number;
}

const nothing: Answer<unknown> = { data: null, meta: null, failure: null };
const entries = new Map<string, Entry>();
const refusalListeners = new Set<() => void>();
let refusal: Failure | null = null;
let serverAheadMs = 0;

/** The server's clock now (Unix ms): our clock corrected by the last answer, so that ages are right on any machine. */
export function serverNowMs(): number {
  return Date.now() + serverAheadMs;
}

/** Reads every answer that the page shows now again. */
export function refreshShown(): void {
  for (const [path, entry] of entries) if (entry.listeners.size > 0) void read(path, entry);
}

/** The answer of a path under /api/v1, read at once and after each tick; null reads nothing. Young answers are reused. */
export function useAnswer<Data>(path: string | null, youngMs = 0): Answer<Data> {
  const subscribe = useCallback(
    (listener: () => void) => (path === null ? () => {} : watch(path, listener, youngMs)),
    [path, youngMs],
  );
  const current = useCallback(() => (path === null ? nothing : (entries.get(path)?.answer ?? nothing)), [path]);
  return typed<Data>(useSyncExternalStore(subscribe, current));
}

/** The last refusal for want of a token (401), null since the next read that was allowed. */
export function useRefusal(): Failure | null {
  return useSyncExternalStore(subscribeRefusal, readRefusal);
}

function subscribeRefusal(listener: () => void): () => void {
  refusalListeners.add(listener);
  return () => refusalListeners.delete(listener);
}

function readRefusal(): Failure | null {
  return refusal;
}

function noteRefusal(failure: Failure | null): void {
  const next = failure?.status === 401 ? failure : failure === null ? null : refusal;
  if (next === refusal) return;
  refusal = next;
  for (const listener of refusalListeners) listener();
}

function watch(path: string, listener: () => void, youngMs: number): () => void {
  const entry = entries.get(path) ?? { answer: nothing, listeners: new Set(), reading: false, readAtMs: 0 };
  entries.set(path, entry);
  entry.listeners.add(listener);
  if (Date.now() - entry.readAtMs > youngMs) void read(path, entry);
  return () => entry.listeners.delete(listener);
}

async function read(path: string, entry: Entry): Promise<void> {
  if (entry.reading) return;
  entry.reading = true;
  const result = await request(path);
  entry.reading = false;
  if ('failure' in result) entry.answer = { ...entry.answer, failure: result.failure };
  else {
    entry.readAtMs = Date.now();
    serverAheadMs = Date.parse(result.meta.generatedAt) - entry.readAtMs;
    entry.answer = { ...result, failure: null };
  }
  noteRefusal('failure' in result ? result.failure : null);
  for (const listener of entry.listeners) listener();
}

/** One request below /api/v1, a GET unless `init` says otherwise; never throws. */
export async function request(
  path: string,
  init: RequestInit = {},
): Promise<{ data: unknown; meta: Meta } | { failure: Failure }> {
  try {
    const response = await fetch(`/api/v1${path}`, {
      ...init,
      headers: { accept: 'application/json', ...init.headers },
    });
    const body = await response.json().catch(() => null);
    if (response.ok && body !== null) return body;
    const code = body?.error?.code ?? 'UNREADABLE';
    return {
      failure: {
        code,
        message: body?.error?.message ?? `the server answered ${response.status}`,
        status: response.status,
      },
    };
  } catch {
    return { failure: { code: 'UNREACHABLE', message: 'the control plane does not answer', status: 0 } };
  }
}

/** The shape is promised by the contract, whose types the pages name. */
function typed<Data>(answer: Answer<unknown>): Answer<Data> {
  return answer as Answer<Data>;
}
