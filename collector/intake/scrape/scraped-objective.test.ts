/** An objective with `source: scrape` is judged by the reference monolith's own metrics page. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestCampus, type TestCampus } from '../../../examples/campus/campus-for-tests.ts';
import { buildProfile } from '../../../src/app/index.ts';
import { checkConfig } from '../../../src/config.ts';
import { Engine } from '../../../src/engine/index.ts';
import { type FakeClock, fakeClock } from '../../../src/kernel/clock.ts';
import { silentLog } from '../../../src/kernel/log.ts';
import { startTestCollector, type TestCollector } from '../test-collector.ts';
import { createScraper, parseScrape, type Scraper } from './index.ts';

let campus: TestCampus;
let clock: FakeClock;
let test: TestCollector;
let scraper: Scraper;

beforeEach(async () => {
  campus = await startTestCampus();
  clock = fakeClock(Date.UTC(2026, 9, 20, 12));
  test = await startTestCollector({}, undefined, clock);
  scraper = createScraper({
    targets: parseScrape([{ url: `${campus.url}/metrics` }], 'scrape'),
    receive: test.collector.receive,
    clock,
    random: () => 0,
    log: silentLog,
    fetch,
  });
});
afterEach(async () => {
  await scraper.close();
  await test.remove();
  await campus.close();
});

function newEngine(): Engine {
  const where = { domain: 'feed', entry: true, operation: 'GET /api/feed' };
  const objective = {
    id: 'feed-scraped',
    sentence: '95 % of feed loads within 10 s, as scraped',
    source: 'test',
    indicator: {
      kind: 'latency',
      signal: 'domain.request.duration',
      where,
      share: 0.95,
      atMost: '10s',
      source: 'scrape',
    },
    window: '1h',
  };
  const profile = buildProfile(checkConfig({ objectives: [objective] }, 'test', {}), test.collector.reader.series());
  const declared = () => ({ facts: [], exceptions: [], decisions: [] });
  const contrasts = { read: () => [], save: () => {} };
  return new Engine({ profile, reader: test.collector.reader, declared, contrasts, clock, timezone: 'UTC' });
}

it('is met by exactly the requests between two pages, and unknown once the target is gone', async () => {
  await campus.call('GET', '/api/feed');
  await scraper.run();
  for (let round = 0; round < 8; round += 1) {
    for (let request = 0; request < 5; request += 1) await campus.call('GET', '/api/feed');
    clock.advance(10_000);
    await scraper.run();
  }
  expect(scraper.status()[0]).toMatchObject({ state: 'up', reason: null });
  clock.advance(30_000);
  const engine = newEngine();
  engine.tick();
  expect(engine.state.evaluations.get('feed-scraped')).toMatchObject({
    state: 'met',
    windows: [{ good: 40, total: 40 }],
  });
  await campus.close();
  clock.advance(3_600_000);
  await scraper.run();
  engine.tick();
  expect(scraper.status()[0]?.state).toBe('down');
  expect(engine.state.evaluations.get('feed-scraped')).toMatchObject({ state: 'unknown' });
});
