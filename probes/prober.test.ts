/** The prober against real servers and a real database: states, restarts, failures that are kept, order, closing. */
import type { RequestListener } from 'node:http';
import BetterSqlite3 from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { probe as probeShape } from '../src/contract/operations.ts';
import { type FakeClock, fakeClock } from '../src/kernel/clock.ts';
import { dayMs } from '../src/kernel/duration.ts';
import { seededRandom } from '../src/kernel/ids.ts';
import { silentLog } from '../src/kernel/log.ts';
import { migrate } from '../src/store/index.ts';
import {
  createProber,
  type ProbeRun,
  type Prober,
  type ProbeStore,
  parseProbes,
  probeMigrations,
  readStoredProbes,
} from './index.ts';
import { startWeb } from './probe-fixture.ts';
import { createTestTimer } from './timer-fixture.ts';

const startMs = Date.UTC(2026, 2, 2, 10);

/** A database in memory behind the store that the prober is given. */
function openDatabase() {
  const db = new BetterSqlite3(':memory:');
  onTestFinished(() => void db.close());
  migrate(db, ':memory:', probeMigrations);
  const store: ProbeStore = {
    read: () => readStoredProbes(db),
    save: async (statements) => {
      db.transaction(() => {
        for (const { sql, params } of statements) db.prepare(sql).run(...params);
      })();
    },
  };
  return { db, store };
}

interface Heard {
  readonly run: ProbeRun;
  readonly state: string;
  readonly changed: boolean;
}

/** A web server that is good while `health.ok`, and probers that look at it. */
async function setUp(rows: readonly object[] = [{ id: 'web', kind: 'http', url: '/' }], listener?: RequestListener) {
  const health = { ok: true };
  const web = await startWeb(listener ?? ((_request, response) => response.writeHead(health.ok ? 200 : 503).end()));
  onTestFinished(() => web.close());
  const clock = fakeClock(startMs);
  const { db, store } = openDatabase();
  const heard: Heard[] = [];
  const testTimer = createTestTimer(clock);
  const open = (target: string | null = web.url): Prober => {
    const prober = createProber({
      definitions: parseProbes(rows, 'probes.yaml', target),
      clock,
      random: seededRandom(7),
      log: silentLog,
      store,
      day: () => [],
      onRun: (run, state, changed) => heard.push({ run, state, changed }),
      timer: testTimer.timer,
    });
    onTestFinished(() => prober.close());
    return prober;
  };
  return { health, web, clock, db, store, heard, open, ...testTimer };
}

/** `g` and `f`: one run each, 30 s apart; the states after them. */
async function runThrough(prober: Prober, health: { ok: boolean }, clock: FakeClock, text: string): Promise<string[]> {
  const states: string[] = [];
  for (const letter of text) {
    health.ok = letter === 'g';
    await prober.run('web');
    states.push(prober.answers()[0]?.state ?? '');
    clock.advance(30_000);
  }
  return states;
}

describe('a prober', () => {
  it('confirms with two of three runs and tells each run with what it came to', async () => {
    const { health, clock, heard, open } = await setUp();
    const prober = open();
    expect(prober.answers()[0]).toMatchObject({
      state: 'unknown',
      reason: 'it has not run yet',
      since: null,
      steps: [],
    });
    expect(await runThrough(prober, health, clock, 'gffgg')).toEqual(['up', 'up', 'down', 'down', 'up']);
    expect(heard.map(({ state, changed }) => [state, changed])).toEqual([
      ['up', true],
      ['up', false],
      ['down', true],
      ['down', false],
      ['up', true],
    ]);
  });

  it('answers in the shape of the contract, with the reason and since when', async () => {
    const { health, web, clock, open } = await setUp();
    const prober = open();
    await runThrough(prober, health, clock, 'gf');
    expect(prober.answers()[0]).toMatchObject({
      state: 'up',
      reason: '1 of the last 2 runs failed, not confirmed: status 503, expected 200 to 299',
    });
    await runThrough(prober, health, clock, 'f');
    const [answer] = prober.answers();
    expect(probeShape.parse(answer)).toEqual(answer);
    expect(answer).toMatchObject({
      id: 'web',
      target: `${web.url}/`,
      state: 'down',
      reason: '2 of the last 3 runs failed: status 503, expected 200 to 299',
      since: '2026-03-02T10:01:00.000Z',
      lastRunAt: '2026-03-02T10:01:00.000Z',
      everyMs: 30_000,
      confirm: { failures: 2, of: 3 },
      steps: [{ id: 'request', state: 'failed', reason: 'status 503, expected 200 to 299' }],
    });
    expect(answer?.failures.map(({ at, step }) => [at, step])).toEqual([
      ['2026-03-02T10:01:00.000Z', 'request'],
      ['2026-03-02T10:00:30.000Z', 'request'],
    ]);
    expect(answer?.failures[0]?.traceId).toBe(answer?.traceId);
  });

  it('is unknown when the newest run is older than three periods', async () => {
    const { health, clock, open } = await setUp();
    const prober = open();
    await runThrough(prober, health, clock, 'g');
    clock.advance(60_001);
    expect(prober.answers()[0]).toMatchObject({
      state: 'unknown',
      reason: 'the last run was 90s ago, and it should run every 30s',
      since: '2026-03-02T10:01:30.000Z',
    });
  });

  it('goes on after a restart: down stays down after one good run, since the same moment', async () => {
    const { health, clock, open } = await setUp();
    const before = open();
    await runThrough(before, health, clock, 'gff');
    await before.close();
    const after = open();
    expect(after.answers()[0]).toEqual(before.answers()[0]);
    expect(await runThrough(after, health, clock, 'g')).toEqual(['down']);
    expect(after.answers()[0]?.since).toBe('2026-03-02T10:01:00.000Z');
    expect(await runThrough(after, health, clock, 'g')).toEqual(['up']);
  });

  it('keeps failures for 30 days and at most 200 of a probe, and shows the last 20', async () => {
    const { health, clock, db, open } = await setUp();
    const prober = open();
    const count = () => db.prepare('SELECT count(*) FROM probe_failures').pluck().get();
    await runThrough(prober, health, clock, 'f'.repeat(205));
    expect(count()).toBe(200);
    expect(open().answers()[0]?.failures).toHaveLength(20);
    expect(open().answers()[0]?.failures).toEqual(prober.answers()[0]?.failures);
    clock.advance(31 * dayMs);
    await runThrough(prober, health, clock, 'f');
    expect(count()).toBe(1);
  });

  it('works without tables, and goes on when it can not write', async () => {
    const db = new BetterSqlite3(':memory:');
    onTestFinished(() => void db.close());
    expect(readStoredProbes(db)).toEqual({ states: new Map(), failures: new Map() });
    const { web, clock } = await setUp();
    const prober = createProber({
      definitions: parseProbes([{ id: 'web', kind: 'http', url: '/' }], 'probes.yaml', web.url),
      clock,
      random: () => 0,
      log: silentLog,
      store: { read: () => readStoredProbes(db), save: () => Promise.reject(new RangeError('disk full')) },
      day: () => [{ at: '2026-03-02T10:00:00.000Z', ok: 4, failed: 1 }],
      onRun: () => {
        throw new RangeError('listener');
      },
    });
    expect(await prober.run('web')).toMatchObject({ ok: true });
    expect(prober.answers()[0]).toMatchObject({ state: 'up', day: [{ ok: 4, failed: 1 }] });
  });

  it('keeps probes without a target in the list, and refuses to run them or what it does not know', async () => {
    const { open, planned } = await setUp();
    const prober = open(null);
    prober.start();
    expect(planned()).toEqual([]);
    const reason = 'no target is configured; set target: https://… in seamwatch.yaml';
    expect(prober.answers()[0]).toMatchObject({ state: 'unknown', reason });
    await expect(prober.run('web')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: `probe "web" can not run: ${reason}`,
    });
    await expect(prober.run('wob')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'there is no probe "wob"; there are web',
    });
  });

  it('starts each probe at an offset of its own and then at its period', async () => {
    const rows = ['a', 'b', 'c'].map((id) => ({ id, kind: 'http', url: '/', every: '60s' }));
    const { open, planned, advance, heard } = await setUp(rows);
    open().start();
    const offsets = planned();
    expect(new Set(offsets).size).toBe(3);
    await advance(10_000);
    await expect.poll(() => heard.length).toBe(3);
    await expect.poll(() => planned().length).toBe(3);
    expect(planned().map((at) => Math.round(at - 60_000))).toEqual(offsets.map(Math.round));
  });

  it('runs at most four at once, and never the same one twice at once', async () => {
    const rows = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => ({ id, kind: 'http', url: `/${id}` }));
    const open: (() => void)[] = [];
    let most = 0;
    const { open: openProber } = await setUp(rows, (_request, response) => {
      open.push(() => response.end());
      most = Math.max(most, open.length);
    });
    const prober = openProber();
    const all = Promise.all(['a', 'a', 'b', 'c', 'd', 'e', 'f'].map((id) => prober.run(id)));
    await expect.poll(() => open.length).toBe(4);
    let done = false;
    const finished = all.then((runs) => {
      done = true;
      return runs;
    });
    await expect.poll(() => open.shift()?.() ?? done).toBe(true);
    const runs = await finished;
    expect(most).toBe(4);
    expect(runs[1]?.run).toBe(runs[0]?.run);
    expect(new Set(runs.map(({ run }) => run)).size).toBe(6);
  });

  it('ends a hanging run when it is closed, and counts it for nothing', async () => {
    let asked = 0;
    const { open, heard, web } = await setUp(undefined, () => {
      asked += 1;
    });
    const prober = open();
    const running = prober.run('web');
    await expect.poll(() => asked).toBe(1);
    await prober.close();
    await expect(running).rejects.toMatchObject({ code: 'UNAVAILABLE', message: 'the prober was closed' });
    expect(heard).toEqual([]);
    expect(prober.answers()[0]).toMatchObject({ state: 'unknown', lastRunAt: null });
    await expect(prober.run('web')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect.poll(() => web.connections()).toBe(0);
  });
});
