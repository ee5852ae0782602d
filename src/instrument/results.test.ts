/** What a wrapped method returns reaches the caller as it was. */
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { correlation, type Instrumentation, instrumentDomain, metric, start } from './index.ts';
import { countOf, openReceiver, type Receiver } from './testing/receiver.ts';

let receiver: Receiver;
let library: Instrumentation;

beforeEach(async () => {
  receiver = await openReceiver();
  library = await start({ serviceName: 'shop', endpoint: receiver.endpoint, sampleRatio: 0 });
});

afterEach(async () => {
  await library.shutdown();
  await receiver.close();
});

it('a promise of an own class keeps its class and its fields', async () => {
  class Job extends Promise<number> {
    readonly id = 7;
  }
  const jobs = instrumentDomain('jobs', { run: () => new Job((resolve) => resolve(3)) });
  const job = jobs.run();
  expect(job).toBeInstanceOf(Job);
  expect(job.id).toBe(7);
  expect(await job).toBe(3);
  await library.flush();
  expect(countOf(receiver, metric.requestDuration, { 'seam.operation': 'run', outcome: 'ok' })).toBe(1);
});

it('a frozen thenable is handed on and counts as done at once', async () => {
  // biome-ignore lint/suspicious/noThenProperty: a thenable that can not be watched is what is tested
  const frozen = Object.freeze({ then: (done: (value: number) => void) => done(4) });
  const jobs = instrumentDomain('jobs', { later: () => frozen });
  expect(jobs.later()).toBe(frozen);
  await library.flush();
  expect(countOf(receiver, metric.requestDuration)).toBe(1);
});

it('a response, a map, an array and a function are the same objects', () => {
  const values = { response: new Response('x'), map: new Map(), list: [1], work: () => 1 };
  const store = instrumentDomain('store', { get: (key: keyof typeof values) => values[key] });
  for (const key of ['response', 'map', 'list', 'work'] as const) expect(store.get(key)).toBe(values[key]);
});

it('a method without its object keeps the this that it is called with', () => {
  const service = {
    name: 'real',
    whoAmI(this: { name: string } | undefined): string | undefined {
      return this?.name;
    },
  };
  const wrapped = instrumentDomain('names', service);
  const { whoAmI } = wrapped;
  expect(wrapped.whoAmI()).toBe('real');
  expect(whoAmI.call({ name: 'other' })).toBe('other');
  expect(whoAmI.call(undefined)).toBeUndefined();
});

it('a generator body runs inside the domain, step by step', () => {
  const feed = instrumentDomain('feed', {
    *pages(): Generator<string | null | undefined, void> {
      yield correlation()?.domain;
      yield correlation()?.operation;
    },
  });
  expect([...feed.pages()]).toEqual(['feed', 'pages']);
  expect(correlation()).toBeNull();
});

it('a rejection that nobody handles still ends the process with its own error', () => {
  const script = `
    const { instrumentDomain, start } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
    await start({ serviceName: 'shop', endpoint: null });
    instrumentDomain('jobs', { run: async () => { throw new Error('nobody listens'); } }).run();`;
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(child.status).toBe(1);
  expect(child.stderr).toContain('nobody listens');
});

it('the library alone does not keep a process alive', () => {
  const script = `
    const { start } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
    await start({ serviceName: 'shop', endpoint: 'http://127.0.0.1:1' });`;
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], { timeout: 15_000 });
  expect(child.status).toBe(0);
});
