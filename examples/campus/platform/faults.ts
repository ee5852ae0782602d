/** Faults on request, for drills: latency, errors and event-loop stalls inside a domain's own calls. */
import type { Clock } from './clock.ts';
import { badRequest, HttpError } from './errors.ts';
import type { Random } from './random.ts';
import { pause } from './timers.ts';

/** Ms and ratios (0..1); `operation` null = every operation of the domain; `untilMs` is Unix ms. */
export interface Fault {
  readonly domain: string;
  readonly operation: string | null;
  readonly latencyMs: number;
  readonly errorRate: number;
  readonly stallMs: number;
  readonly untilMs: number;
}

/** The faults in force. `guard` gives a service whose calls suffer them. */
export interface Faults {
  readonly guard: <T extends object>(domain: string, service: T) => T;
  readonly add: (fault: FaultRequest) => Fault;
  readonly list: () => readonly Fault[];
  readonly clear: (domain?: string) => number;
}

/** `seconds` defaults to 60; `stallMs` is at most 2000. */
export interface FaultRequest {
  readonly domain: string;
  readonly operation?: string | undefined;
  readonly latencyMs?: number | undefined;
  readonly errorRate?: number | undefined;
  readonly stallMs?: number | undefined;
  readonly seconds?: number | undefined;
}

/** No faults at first. Domains become known as they are guarded. */
export function createFaults(options: { readonly clock: Clock; readonly random: Random }): Faults {
  const operations = new Map<string, readonly string[]>();
  let faults: Fault[] = [];
  const list = (): readonly Fault[] => {
    faults = faults.filter((fault) => fault.untilMs > options.clock.nowMs());
    return faults;
  };
  const match = (domain: string, operation: string): Fault | undefined =>
    faults.length === 0
      ? undefined
      : list().find((fault) => fault.domain === domain && (fault.operation ?? operation) === operation);
  return {
    guard: (domain, service) => {
      operations.set(domain, operationsOf(service));
      return guardCalls(service, (operation) => match(domain, operation), options.random);
    },
    add: (request) => {
      const fault = checkFault(request, operations, options.clock.nowMs());
      faults = [...list().filter((other) => !isSameTarget(other, fault)), fault];
      return fault;
    },
    list,
    clear: (domain) => {
      const before = list().length;
      faults = domain === undefined ? [] : faults.filter((fault) => fault.domain !== domain);
      return before - faults.length;
    },
  };
}

function isSameTarget(left: Fault, right: Fault): boolean {
  return left.domain === right.domain && left.operation === right.operation;
}

function operationsOf(service: object): readonly string[] {
  return Object.entries(service).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []));
}

function checkFault(request: FaultRequest, known: ReadonlyMap<string, readonly string[]>, nowMs: number): Fault {
  const operations = known.get(request.domain);
  if (operations === undefined) {
    throw badRequest(`there is no domain "${request.domain}"; the domains are ${[...known.keys()].join(', ')}`);
  }
  if (request.operation !== undefined && !operations.includes(request.operation)) {
    throw badRequest(
      `domain ${request.domain} has no operation "${request.operation}"; its operations are ${operations.join(', ')}`,
    );
  }
  const fault = {
    domain: request.domain,
    operation: request.operation ?? null,
    latencyMs: request.latencyMs ?? 0,
    errorRate: request.errorRate ?? 0,
    stallMs: request.stallMs ?? 0,
    untilMs: nowMs + (request.seconds ?? 60) * 1_000,
  };
  if (fault.latencyMs + fault.errorRate + fault.stallMs === 0) {
    throw badRequest('this fault does nothing; give latencyMs, errorRate (0 to 1) or stallMs above zero');
  }
  return fault;
}

type AnyFunction = (...args: unknown[]) => unknown;

function guardCalls<T extends object>(
  service: T,
  faultFor: (operation: string) => Fault | undefined,
  random: Random,
): T {
  return new Proxy(service, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== 'function' || typeof key !== 'string') return value;
      return (...args: unknown[]) => {
        const call = (): unknown => Reflect.apply(value as AnyFunction, target, args);
        const fault = faultFor(key);
        return fault === undefined ? call() : suffer(fault, isAsync(value), call, random);
      };
    },
  });
}

function isAsync(value: object): boolean {
  return value.constructor.name === 'AsyncFunction';
}

/** A call that answers at once can only be late by holding the loop, as it would in any monolith. */
function suffer(fault: Fault, async: boolean, call: () => unknown, random: Random): unknown {
  holdLoop(fault.stallMs);
  const fails = random() < fault.errorRate;
  if (async) return sufferLater(fault, fails, call);
  holdLoop(Math.min(2_000, fault.latencyMs));
  if (fails) throw injected(fault);
  return call();
}

async function sufferLater(fault: Fault, fails: boolean, call: () => unknown): Promise<unknown> {
  if (fault.latencyMs > 0) await pause(fault.latencyMs);
  if (fails) throw injected(fault);
  return call();
}

function injected(fault: Fault): HttpError {
  return new HttpError(500, `injected fault in ${fault.domain} (errorRate ${fault.errorRate}); DELETE /faults ends it`);
}

function holdLoop(ms: number): void {
  if (ms > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
