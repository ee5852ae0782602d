/** Wrapped domains: what stays as it is, and that each call is counted once. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Instrumentation, instrumentDomain, metric, runWithCorrelation, start } from './index.ts';
import { countOf, openReceiver, pointsOf, type Receiver } from './testing/receiver.ts';

class Counter {
  #value = 0;
  readonly label = 'likes';
  add(by: number): number {
    this.#value += by;
    return this.#value;
  }
  addTwice(by: number): number {
    this.add(by);
    return this.add(by);
  }
  get value(): number {
    return this.#value;
  }
  *upTo(last: number): Generator<number, string> {
    for (let step = 1; step <= last; step += 1) yield step;
    return 'end';
  }
  async *slowly(last: number): AsyncGenerator<number> {
    for (let step = 1; step <= last; step += 1) yield step;
  }
  [Symbol.iterator](): Iterator<number> {
    return [this.#value].values();
  }
}

let receiver: Receiver;
let library: Instrumentation;

beforeEach(async () => {
  receiver = await openReceiver();
  library = await start({ serviceName: 'shop', endpoint: receiver.endpoint });
});

afterEach(async () => {
  await library.shutdown();
  await receiver.close();
});

describe('a wrapped class instance', () => {
  it('keeps private fields, getters, properties and instanceof', () => {
    const counter = instrumentDomain('likes', new Counter());
    expect(counter.add(2)).toBe(2);
    expect(counter.value).toBe(2);
    expect(counter.label).toBe('likes');
    expect(counter).toBeInstanceOf(Counter);
    expect([...counter]).toEqual([2]);
    expect(counter.add.length).toBe(1);
    expect(counter.add.name).toBe('add');
  });

  it('counts a call once, and not the calls that a method makes through this', async () => {
    const counter = instrumentDomain('likes', new Counter());
    counter.addTwice(1);
    await library.flush();
    expect(countOf(receiver, metric.requestDuration, { 'seam.operation': 'addTwice', outcome: 'ok' })).toBe(1);
    expect(countOf(receiver, metric.requestDuration)).toBe(1);
  });
});

describe('a wrapped object literal', () => {
  it('works when it is frozen', async () => {
    const feed = instrumentDomain('feed', Object.freeze({ home: (user: number) => user + 1, page: 20 }));
    expect(feed.home(1)).toBe(2);
    expect(feed.page).toBe(20);
    await library.flush();
    expect(countOf(receiver, metric.requestDuration, { 'seam.domain': 'feed', 'seam.operation': 'home' })).toBe(1);
  });

  it('sees properties and methods that are set later, and writes to the real object', () => {
    const real: { limit: number; find: () => string } = { limit: 1, find: () => 'old' };
    const search = instrumentDomain('search', real);
    search.limit = 5;
    expect(real.limit).toBe(5);
    expect(search.find()).toBe('old');
    real.find = () => 'new';
    expect(search.find()).toBe('new');
    expect(Object.keys(search)).toEqual(['limit', 'find']);
    expect('find' in search).toBe(true);
    expect({ ...search }.limit).toBe(5);
  });
});

describe('errors', () => {
  const failure = new Error('database is away');
  const missing = Object.assign(new Error('no such post'), { status: 404 });
  const forbidden = { statusCode: 403 };
  const service = {
    sync: () => {
      throw failure;
    },
    slow: async () => {
      throw failure;
    },
    missing: async () => {
      throw missing;
    },
    forbidden: () => {
      throw forbidden;
    },
  };

  it('are the same object on the way out, sync and async', async () => {
    const posts = instrumentDomain('posts', service);
    expect(() => posts.sync()).toThrow(failure);
    await expect(posts.slow()).rejects.toBe(failure);
    let caught: unknown;
    try {
      posts.forbidden();
    } catch (thrown) {
      caught = thrown;
    }
    expect(caught).toBe(forbidden);
  });

  it('are counted as error, with a 4xx status as rejected', async () => {
    const posts = instrumentDomain('posts', service);
    expect(() => posts.sync()).toThrow();
    expect(() => posts.forbidden()).toThrow();
    await expect(posts.slow()).rejects.toBe(failure);
    await expect(posts.missing()).rejects.toBe(missing);
    await library.flush();
    expect(countOf(receiver, metric.requestDuration, { outcome: 'error' })).toBe(2);
    expect(countOf(receiver, metric.requestDuration, { outcome: 'rejected' })).toBe(2);
    expect(countOf(receiver, metric.requestDuration, { outcome: 'ok' })).toBe(0);
    const status = (name: string) => receiver.spans.find((span) => span.name === name)?.statusCode;
    expect([status('posts.sync'), status('posts.slow'), status('posts.missing')]).toEqual([2, 2, 0]);
  });
});

describe('iterators', () => {
  it('count once when they are exhausted, with values and return value untouched', async () => {
    const counter = instrumentDomain('likes', new Counter());
    const steps = counter.upTo(3);
    const seen: unknown[] = [];
    for (let step = steps.next(); ; step = steps.next()) {
      seen.push(step.value);
      if (step.done) break;
    }
    expect(seen).toEqual([1, 2, 3, 'end']);
    expect([...counter.upTo(2)]).toEqual([1, 2]);
    await library.flush();
    expect(countOf(receiver, metric.requestDuration, { 'seam.operation': 'upTo' })).toBe(2);
  });

  it('count once when the loop is left early, and not before', async () => {
    const counter = instrumentDomain('likes', new Counter());
    const untouched = counter.upTo(5);
    for (const step of counter.upTo(5)) if (step === 2) break;
    for await (const step of counter.slowly(5)) if (step === 2) break;
    await library.flush();
    expect(countOf(receiver, metric.requestDuration, { 'seam.operation': 'upTo' })).toBe(1);
    expect(countOf(receiver, metric.requestDuration, { 'seam.operation': 'slowly' })).toBe(1);
    expect(untouched.next()).toEqual({ value: 1, done: false });
  });
});

describe('thenables', () => {
  it('that start work on then run once, and count once', async () => {
    let runs = 0;
    class Query {
      readonly #rows = [1, 2];
      where(): this {
        return this;
      }
      // biome-ignore lint/suspicious/noThenProperty: a lazy query builder is what is tested
      then(done: (rows: number[]) => unknown): unknown {
        runs += 1;
        return done(this.#rows);
      }
    }
    const users = instrumentDomain('users', { query: () => new Query() });
    const query = users.query();
    expect(query).toBeInstanceOf(Query);
    expect(runs).toBe(0);
    await library.flush();
    expect(countOf(receiver, metric.requestDuration)).toBe(0);
    expect(await query.where()).toEqual([1, 2]);
    await library.flush();
    expect(runs).toBe(1);
    expect(countOf(receiver, metric.requestDuration, { 'seam.operation': 'query' })).toBe(1);
  });
});

describe('calls between domains', () => {
  it('are one observation per edge, none within a domain, sampled or not', async () => {
    const media = instrumentDomain('media', { url: async (id: number) => `/m/${id}` });
    const posts = instrumentDomain('posts', {
      get: async (id: number) => ({ id, url: await media.url(id) }),
    });
    const feed = instrumentDomain('feed', {
      home: async () => Promise.all([posts.get(1), posts.get(2), feed.size()]),
      size: async () => 2,
    });
    await runWithCorrelation('c-1', () => feed.home());
    await library.flush();
    const edge = (from: string, to: string) =>
      countOf(receiver, metric.callDuration, { from, to, mode: 'sync', in_tx: 'false' });
    expect([edge('feed', 'posts'), edge('posts', 'media'), edge('feed', 'media')]).toEqual([2, 2, 0]);
    expect(countOf(receiver, metric.callDuration)).toBe(4);
    expect(countOf(receiver, metric.requestDuration, { entry: 'false' })).toBe(6);
  });

  it('are asynchronous when the caller did not wait', async () => {
    const { promise: gate, resolve: release } = Promise.withResolvers<void>();
    const mail = instrumentDomain('mail', { send: () => gate });
    let sent: Promise<void> = Promise.resolve();
    const users = instrumentDomain('users', {
      register: () => {
        sent = mail.send();
      },
    });
    users.register();
    release();
    await sent;
    await library.flush();
    expect(countOf(receiver, metric.callDuration, { from: 'users', to: 'mail', mode: 'async' })).toBe(1);
  });

  it('carry the outcome that the called operation has, also when the caller hides it', async () => {
    const refused = Object.assign(new Error('full'), { status: 409 });
    const users = instrumentDomain('users', {
      find: async (id: number) => {
        if (id === 1) throw new Error('lost');
        if (id === 2) throw refused;
        return id;
      },
      check: (id: number) => {
        if (id === 1) throw new Error('lost at once');
      },
    });
    const feed = instrumentDomain('feed', {
      home: async () => {
        await Promise.allSettled([0, 1, 2, 3].map((id) => users.find(id)));
        try {
          users.check(1);
        } catch {
          return 'without the name';
        }
        return 'with it';
      },
    });
    expect(await feed.home()).toBe('without the name');
    await library.flush();
    const ended = (outcome: string) => countOf(receiver, metric.callDuration, { from: 'feed', to: 'users', outcome });
    expect([ended('ok'), ended('error'), ended('rejected')]).toEqual([2, 2, 1]);
    expect(countOf(receiver, metric.requestDuration, { 'seam.domain': 'feed', outcome: 'ok' })).toBe(1);
  });
});

describe('numbers', () => {
  it('stay exact over 10 000 calls, concurrent and failing ones among them', async () => {
    const jobs = instrumentDomain('jobs', {
      run: async (index: number) => {
        if (index % 10 === 0) throw new Error('tenth');
        return index;
      },
    });
    await Promise.allSettled(Array.from({ length: 10_000 }, (_, index) => jobs.run(index)));
    await library.flush();
    expect(countOf(receiver, metric.requestDuration, { outcome: 'ok' })).toBe(9_000);
    expect(countOf(receiver, metric.requestDuration, { outcome: 'error' })).toBe(1_000);
    const [point] = pointsOf(receiver, metric.requestDuration, { outcome: 'ok' });
    expect(point?.counts.reduce((total, count) => total + count, 0)).toBe(9_000);
    expect(point?.counts.length).toBe((point?.bounds.length ?? 0) + 1);
  });
});

it('passes calls through untouched before start and after shutdown', async () => {
  const feed = instrumentDomain('feed', { home: () => 7 });
  expect(feed.home()).toBe(7);
  await library.shutdown();
  expect(feed.home()).toBe(7);
  expect(countOf(receiver, metric.requestDuration, { 'seam.operation': 'home' })).toBe(1);
});
