/** A small campus on a free port, and a way to talk to it; for tests. */
import { type Campus, type CampusOptions, createCampus } from './campus.ts';
import { seededRandom, silentLog } from './platform/index.ts';

/** `call` sends JSON as the user and gives status, headers and parsed body. */
export interface TestCampus extends Campus {
  readonly call: (method: string, path: string, options?: TestCall) => Promise<TestAnswer>;
}

/** `userId` default 1. */
export interface TestCall {
  readonly userId?: number;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `body` is null when the answer held no JSON. */
export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
  readonly text: string;
}

/** Twenty people, in memory, no export; the same people each time. */
export async function startTestCampus(options: Partial<CampusOptions> = {}): Promise<TestCampus> {
  const campus = await createCampus({
    dataFile: ':memory:',
    port: 0,
    endpoint: null,
    faults: false,
    log: silentLog,
    random: seededRandom(7),
    users: 20,
    ...options,
  });
  return { ...campus, call: (method, path, call) => send(campus.url, method, path, call ?? {}) };
}

async function send(url: string, method: string, path: string, call: TestCall): Promise<TestAnswer> {
  const json = call.body === undefined ? {} : { body: JSON.stringify(call.body) };
  const type = call.body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(new URL(path, url), {
    method,
    headers: { 'x-user-id': String(call.userId ?? 1), ...type, ...call.headers },
    ...json,
  });
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : {}, text };
}
