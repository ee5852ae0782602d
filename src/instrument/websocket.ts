/** Correlation over a WebSocket whose messages are JSON objects. */
import { isCorrelationId } from '../kernel/ids.ts';
import type { Flow } from './flow.ts';
import { traceparentOf, traceStateOf } from './outgoing.ts';
import { newFlow } from './runtime.ts';
import { bareScope, type Scope, storage } from './scope.ts';
import { parseTraceparent } from './trace-context.ts';

/** What is needed of a socket; the `ws` package and the standard WebSocket have it. */
export interface SendingSocket {
  readonly send: (text: string) => void;
}

/** Longer messages are not looked into; their listeners run under a new correlation. */
const longestRead = 1024 * 1024;

/**
 * The same socket: listeners for messages run as `domain`'s work inside the correlation that the message carries
 * (`correlationId`, `traceparent`, `tracestate`), or a new one; on a socket that is wrapped in the work of a probe, that of the probe. Works for listeners added before and after (`ws`), or after (standard).
 */
export function wrapWebSocket<T extends object>(socket: T, options: { readonly domain: string }): T {
  const { domain } = options;
  const opener = storage.getStore()?.flow ?? null;
  const probe = opener?.isProbe === true ? opener : null;
  const emit: unknown = Reflect.get(socket, 'emit');
  if (typeof emit === 'function') {
    const emitCorrelated = (name: unknown, ...args: unknown[]): unknown => {
      const run = (): unknown => Reflect.apply(emit, socket, [name, ...args]);
      return name === 'message' ? storage.run(scopeOf(args[0], domain, probe), run) : run();
    };
    Object.defineProperty(socket, 'emit', { value: emitCorrelated, configurable: true, writable: true });
    return socket;
  }
  const add: unknown = Reflect.get(socket, 'addEventListener');
  if (typeof add === 'function') {
    const wrappers = new WeakMap<object, unknown>();
    const addCorrelated = (name: unknown, listener: unknown, ...rest: unknown[]): unknown =>
      Reflect.apply(add, socket, [
        name,
        name === 'message' ? correlatedListener(listener, (data) => scopeOf(data, domain, probe), wrappers) : listener,
        ...rest,
      ]);
    const remove: unknown = Reflect.get(socket, 'removeEventListener');
    const removeCorrelated = (name: unknown, listener: unknown, ...rest: unknown[]): unknown =>
      typeof remove === 'function'
        ? Reflect.apply(remove, socket, [name, wrapperOf(listener, wrappers) ?? listener, ...rest])
        : undefined;
    Object.defineProperty(socket, 'addEventListener', { value: addCorrelated, configurable: true, writable: true });
    Object.defineProperty(socket, 'removeEventListener', {
      value: removeCorrelated,
      configurable: true,
      writable: true,
    });
  }
  return socket;
}

/**
 * Sends `payload` as JSON with `correlationId` and `traceparent` added (`tracestate` where the trace was sampled at a ratio or is a probe's);
 * fields that the payload has itself win.
 */
export function sendMessage(socket: SendingSocket, payload: object): void {
  const scope = storage.getStore();
  const traceparent = traceparentOf(scope);
  const tracestate = traceStateOf(scope);
  const carried = {
    ...(scope?.flow == null ? {} : { correlationId: scope.flow.correlationId }),
    ...(traceparent === null ? {} : { traceparent }),
    ...(tracestate === null ? {} : { tracestate }),
  };
  socket.send(JSON.stringify({ ...carried, ...payload }));
}

function correlatedListener(
  listener: unknown,
  scopeFor: (data: unknown) => Scope,
  wrappers: WeakMap<object, unknown>,
): unknown {
  if (typeof listener !== 'function') return listener;
  const known = wrappers.get(listener);
  if (known !== undefined) return known;
  const wrapped = function (this: unknown, event: unknown): unknown {
    const data: unknown = typeof event === 'object' && event !== null ? Reflect.get(event, 'data') : null;
    return storage.run(scopeFor(data), () => Reflect.apply(listener, this, [event]));
  };
  wrappers.set(listener, wrapped);
  return wrapped;
}

function wrapperOf(listener: unknown, wrappers: WeakMap<object, unknown>): unknown {
  return typeof listener === 'function' ? wrappers.get(listener) : undefined;
}

/** `probe` is the probe that opened the socket; its messages are its own whatever they carry. */
function scopeOf(data: unknown, domain: string, probe: Flow | null): Scope {
  const carried = carriedBy(data);
  const correlationId = isCorrelationId(carried.correlationId) ? carried.correlationId : null;
  const remote = parseTraceparent(carried.traceparent, carried.tracestate);
  const flow =
    probe !== null && remote === null
      ? probe
      : newFlow({ correlationId, remote, isProbe: probe !== null || remote?.isProbe === true });
  flow.firstDomain ??= domain;
  return { ...bareScope(flow), domain, operation: 'message' };
}

/** The fields of a message that carry the correlation. */
interface Carried {
  readonly correlationId?: unknown;
  readonly traceparent?: unknown;
  readonly tracestate?: unknown;
}

function carriedBy(data: unknown): Carried {
  const text = textOf(data);
  if (text === null || !/"(?:correlationId|traceparent)"/.test(text)) return {};
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}

function textOf(data: unknown): string | null {
  if (typeof data === 'string') return data.length <= longestRead ? data : null;
  if (Array.isArray(data) && data.every(Buffer.isBuffer)) return textOf(Buffer.concat(data));
  if (data instanceof ArrayBuffer) return textOf(Buffer.from(data));
  return Buffer.isBuffer(data) && data.length <= longestRead ? data.toString('utf8') : null;
}
