/** Follows what a measured call returned until it is done: promises until settled, iterators until exhausted or returned. */
import { type Call, failCall, finishCall, runInCall } from './call.ts';
import type { Callable } from './runtime.ts';

/** Returns `result` itself, or an object that behaves the same and tells when it is done. Never throws. */
export function followResult(call: Call, result: unknown): unknown {
  try {
    return follow(call, result);
  } catch (error) {
    call.runtime.log.debug({ error, operation: call.operation.spanName }, 'a result is not followed');
    finishCall(call, 'ok');
    return result;
  }
}

function follow(call: Call, result: unknown): unknown {
  if (result === null || (typeof result !== 'object' && typeof result !== 'function')) {
    finishCall(call, 'ok');
    return result;
  }
  if (result instanceof Promise && result.constructor === Promise) return followPromise(call, result);
  if (isCallable(Reflect.get(result, 'then'))) return followThenable(call, result);
  if (isIterator(result)) return followIterator(call, result);
  finishCall(call, 'ok');
  return result;
}

function followPromise(call: Call, promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => {
      finishCall(call, 'ok');
      return value;
    },
    (thrown: unknown) => {
      failCall(call, thrown);
      throw thrown;
    },
  );
}

/**
 * Query builders and promise subclasses start, or carry more, than a promise: the object stays itself and only its `then`
 * is watched. An object that can not be changed counts as done at once.
 */
function followThenable(call: Call, thenable: object): object {
  const original: unknown = Reflect.get(thenable, 'then');
  const then = function (this: unknown, onValue?: unknown, onError?: unknown): unknown {
    const settled = (value: unknown): unknown => {
      finishCall(call, 'ok');
      return isCallable(onValue) ? onValue(value) : value;
    };
    const failed = (thrown: unknown): unknown => {
      failCall(call, thrown);
      if (isCallable(onError)) return onError(thrown);
      throw thrown;
    };
    return isCallable(original) ? runInCall(call, original, this, [settled, failed]) : undefined;
  };
  const isWatched = Reflect.defineProperty(thenable, 'then', { value: then, configurable: true, writable: true });
  if (!isWatched) finishCall(call, 'ok');
  return thenable;
}

/** An object that inherits from the iterator and steps it inside the call's scope. */
function followIterator(call: Call, iterator: object): object {
  const wrapped: object = Object.create(iterator);
  for (const step of ['next', 'return', 'throw'] as const) {
    const original: unknown = Reflect.get(iterator, step);
    if (!isCallable(original)) continue;
    const stepped = (...args: unknown[]): unknown => followStep(call, step, original, iterator, args);
    Object.defineProperty(wrapped, step, { value: stepped, configurable: true, writable: true });
  }
  for (const key of [Symbol.iterator, Symbol.asyncIterator]) {
    if (!(key in iterator)) continue;
    Object.defineProperty(wrapped, key, { value: () => wrapped, configurable: true, writable: true });
  }
  return wrapped;
}

function followStep(
  call: Call,
  step: 'next' | 'return' | 'throw',
  original: Callable,
  iterator: object,
  args: readonly unknown[],
): unknown {
  const isDone = (result: unknown): boolean =>
    step === 'return' || (typeof result === 'object' && result !== null && Reflect.get(result, 'done') === true);
  let result: unknown;
  try {
    result = runInCall(call, original, iterator, args);
  } catch (thrown) {
    failCall(call, thrown);
    throw thrown;
  }
  if (!(result instanceof Promise)) {
    if (isDone(result)) finishCall(call, 'ok');
    return result;
  }
  return result.then(
    (value: unknown) => {
      if (isDone(value)) finishCall(call, 'ok');
      return value;
    },
    (thrown: unknown) => {
      failCall(call, thrown);
      throw thrown;
    },
  );
}

function isIterator(value: object): boolean {
  return isCallable(Reflect.get(value, 'next')) && (Symbol.iterator in value || Symbol.asyncIterator in value);
}

function isCallable(value: unknown): value is Callable {
  return typeof value === 'function';
}
