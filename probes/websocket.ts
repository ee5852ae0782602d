/** WebSocket: open, send, wait for a message; used by the probe of that kind and by journeys. */
import { WebSocket } from 'ws';
import { header } from '../src/kernel/conventions.ts';
import { AppError } from '../src/kernel/errors.ts';
import { after } from '../src/kernel/schedule.ts';
import { shownValue } from '../src/kernel/validate.ts';
import { latencyMismatch } from './answer.ts';
import { mismatchOf } from './condition.ts';
import type { SocketMatch, SocketMessage, WebSocketProbe } from './definition.ts';
import { connectOptions, reasonOf } from './network.ts';
import { failed, passed, type StepOutcome, type StepTools } from './step-tools.ts';
import { addressOf, shownAddress, shownUrl } from './target.ts';

/** Messages that wait to be looked at, at most; older ones are dropped. */
const keptMessages = 1_000;
const longestMessageBytes = 1_048_576;
const closingMs = 500;

/** An open connection. Messages are kept from the start, so that one which came early is still found. */
export interface OpenSocket {
  readonly send: (message: SocketMessage, tools: StepTools) => Promise<void>;
  /** The first message that fits, taken out; rejects when the signal aborts or the connection ends. */
  readonly receive: (match: SocketMatch, signal: AbortSignal) => Promise<string>;
  /** How many other messages came while waiting; for the reason of a failure. */
  readonly waiting: () => number;
  /** Says goodbye, and cuts the line when that is not answered. */
  readonly close: () => Promise<void>;
}

/** One run of a WebSocket probe. Never throws. */
export async function probeWebSocket(probe: WebSocketProbe, tools: StepTools): Promise<StepOutcome> {
  const facts = { 'url.full': shownUrl(probe.url) };
  const place = placeOf(probe.url);
  const startMs = tools.clock.monotonicMs();
  let socket: OpenSocket | null = null;
  try {
    socket = await openSocket(probe.url, probe.headers, tools);
    if (probe.send !== null) await socket.send(probe.send, tools);
    if (probe.receive !== null) await socket.receive(probe.receive, tools.signal);
    const slow = latencyMismatch(tools.clock.monotonicMs() - startMs, probe.atMostMs);
    return slow === null ? passed(facts) : failed(slow, facts);
  } catch (error) {
    const reason = reasonOf(error, place, tools.signal);
    return failed(
      socket === null || probe.receive === null ? reason : `${reason} (${missed(probe.receive, socket)})`,
      facts,
    );
  } finally {
    await socket?.close();
  }
}

/** `host:port` of a URL. */
export function placeOf(url: string): string {
  return shownAddress(addressOf(new URL(url)));
}

/** What was waited for and what came instead. */
export function missed(match: SocketMatch, socket: OpenSocket): string {
  const wanted = match.kind === 'json' ? shownValue(match.condition) : shownValue(match.contains);
  return `${socket.waiting()} other messages, none like ${wanted}`;
}

/** Resolves once the server has accepted; rejects with a reason in words when it refuses. */
export function openSocket(
  url: string,
  headers: Readonly<Record<string, string>>,
  tools: StepTools,
): Promise<OpenSocket> {
  const { signal } = tools;
  const raw = new WebSocket(url, {
    headers: { ...headers, ...tools.headers },
    followRedirects: false,
    maxPayload: longestMessageBytes,
    perMessageDeflate: false,
    ...connectOptions(tools.network),
  });
  const inbox = listenTo(raw);
  return new Promise((resolve, reject) => {
    const abort = (): void => refuse(signal.reason);
    const refuse = (error: unknown): void => {
      signal.removeEventListener('abort', abort);
      raw.terminate();
      reject(error);
    };
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    raw.on('error', refuse);
    raw.on('unexpected-response', (_request, response) => {
      response.resume();
      refuse(new AppError('UNAVAILABLE', `the socket was refused with status ${response.statusCode ?? 0}`));
    });
    raw.on('open', () => {
      signal.removeEventListener('abort', abort);
      resolve({
        send: (message, stepTools) => sendOn(raw, message, stepTools),
        receive: inbox.receive,
        waiting: inbox.waiting,
        close: () => closeSocket(raw),
      });
    });
  });
}

function listenTo(raw: WebSocket): Pick<OpenSocket, 'receive' | 'waiting'> {
  const kept: string[] = [];
  const listeners = new Set<() => void>();
  let ended: AppError | null = null;
  const wake = (): void => {
    for (const listener of [...listeners]) listener();
  };
  raw.on('message', (data) => {
    kept.push(data.toString());
    if (kept.length > keptMessages) kept.shift();
    wake();
  });
  raw.on('close', (code) => {
    ended = new AppError('UNAVAILABLE', `the server closed the socket (code ${code})`);
    wake();
  });
  return {
    waiting: () => kept.length,
    receive: (match, signal) =>
      new Promise((resolve, reject) => {
        const finish = (settle: () => void): void => {
          listeners.delete(look);
          signal.removeEventListener('abort', look);
          settle();
        };
        const look = (): void => {
          const index = kept.findIndex((text) => fits(match, text));
          if (index >= 0) {
            const [found] = kept.splice(index, 1);
            finish(() => resolve(found ?? ''));
          } else if (ended !== null) finish(() => reject(ended));
          else if (signal.aborted) finish(() => reject(signal.reason));
        };
        listeners.add(look);
        signal.addEventListener('abort', look, { once: true });
        look();
      }),
  };
}

function fits(match: SocketMatch, text: string): boolean {
  if (match.kind === 'text') return text.includes(match.contains);
  try {
    return mismatchOf(match.condition, JSON.parse(text), '$') === null;
  } catch {
    return false;
  }
}

function sendOn(raw: WebSocket, message: SocketMessage, tools: StepTools): Promise<void> {
  const text = message.kind === 'text' ? message.text : JSON.stringify(withCorrelation(message.json, tools));
  return new Promise((resolve, reject) => {
    raw.send(text, (error) => (error instanceof Error ? reject(error) : resolve()));
  });
}

/** Frames have no headers: an object carries the correlation in fields of its own, as the library reads it. */
function withCorrelation(json: unknown, { headers }: StepTools): unknown {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return json;
  return {
    correlationId: headers[header.correlationId],
    traceparent: headers[header.traceparent],
    tracestate: headers[header.tracestate],
    ...json,
  };
}

function closeSocket(raw: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    if (raw.readyState === raw.CLOSED) {
      resolve();
      return;
    }
    const cancel = after(closingMs, () => raw.terminate());
    raw.once('close', () => {
      cancel();
      resolve();
    });
    raw.close(1000);
  });
}
