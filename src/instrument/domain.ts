/** Wraps a domain's service so that each call from outside is one observation. */
import { beginCall, failCall, newOperation, type Operation, runInCall } from './call.ts';
import { followResult } from './results.ts';
import type { Callable } from './runtime.ts';

interface WrappedMethod {
  readonly original: unknown;
  readonly wrapped: unknown;
}

/** Wrapped services and their domains, so that wrapping twice does not count twice. */
const wrappedAs = new WeakMap<object, string>();

/**
 * The same service, measured: type, `this`, private fields, errors, promises and iterators stay as they are. A call that a
 * method makes through `this` stays inside the service and is not counted. An iterator counts when it is exhausted or
 * returned; one that nobody steps counts never.
 * @example const feed = instrumentDomain('feed', new FeedService(db))
 */
export function instrumentDomain<T extends object>(name: string, service: T): T {
  if (wrappedAs.get(service) === name) return service;
  const methods = new Map<string, WrappedMethod>();
  const proxy: T = new Proxy(surrogateOf(service), {
    get: (_target, key) => {
      const known = typeof key === 'string' ? methods.get(key) : undefined;
      const value: unknown = Reflect.get(service, key, service);
      if (known !== undefined && known.original === value) return known.wrapped;
      if (typeof key !== 'string' || !isMethod(key, value)) return boundSymbol(key, value, service);
      const wrapped = wrapMethod(newOperation(name, key), value, () => proxy, service);
      methods.set(key, { original: value, wrapped });
      return wrapped;
    },
    set: (_target, key, value) => Reflect.set(service, key, value, service),
    has: (_target, key) => Reflect.has(service, key),
    ownKeys: () => Reflect.ownKeys(service),
    deleteProperty: (_target, key) => Reflect.deleteProperty(service, key),
    defineProperty: (_target, key, descriptor) => Reflect.defineProperty(service, key, descriptor),
    getPrototypeOf: () => Reflect.getPrototypeOf(service),
    getOwnPropertyDescriptor: (_target, key) => {
      const descriptor = Reflect.getOwnPropertyDescriptor(service, key);
      return descriptor === undefined ? undefined : { ...descriptor, configurable: true };
    },
  });
  wrappedAs.set(proxy, name);
  return proxy;
}

/** An empty object in the service's place: a frozen service would forbid the proxy to answer with a wrapped method. */
function surrogateOf<T extends object>(service: T): T {
  return typeof service === 'function' ? service : Object.create(null);
}

function isMethod(key: string, value: unknown): value is Callable {
  if (typeof value !== 'function' || key === 'constructor') return false;
  if (Reflect.get(Object.prototype, key) === value) return false;
  return !/^class\b/.test(Function.prototype.toString.call(value));
}

/** `Symbol.iterator` and its like must find the real object as `this`, or private fields are out of reach. */
function boundSymbol(key: string | symbol, value: unknown, service: object): unknown {
  return typeof key === 'symbol' && typeof value === 'function' ? value.bind(service) : value;
}

function wrapMethod(operation: Operation, original: Callable, proxy: () => unknown, service: object): Callable {
  const wrapped = function (this: unknown, ...args: unknown[]): unknown {
    const self = this === proxy() ? service : this;
    const call = beginCall(operation);
    if (call === null) return Reflect.apply(original, self, args);
    let result: unknown;
    try {
      result = runInCall(call, original, self, args);
    } catch (thrown) {
      failCall(call, thrown);
      throw thrown;
    }
    return followResult(call, result);
  };
  Object.defineProperty(wrapped, 'name', { value: original.name, configurable: true });
  Object.defineProperty(wrapped, 'length', { value: original.length, configurable: true });
  return Object.setPrototypeOf(wrapped, original);
}
