/** Two pages show one signal and one of them does not come: what it shows is not known, what others show is. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createScraper, parseScrape, type Scraper } from '../../collector/index.ts';
import { checkConfig } from '../config.ts';
import { Engine } from '../engine/index.ts';
import { type IntakeFixture, openIntake } from '../engine/intake-fixture.ts';
import { fakeClock } from '../kernel/clock.ts';
import { silentLog } from '../kernel/log.ts';
import { buildProfile } from './profile.ts';
import { silentPages } from './silent-pages.ts';

const clock = fakeClock(Date.UTC(2026, 9, 20, 12));
let intake: IntakeFixture;
let scraper: Scraper;
let engine: Engine;
const servers: Server[] = [];

beforeEach(async () => {
  intake = await openIntake(clock, fetch);
});
afterEach(async () => {
  await scraper.close();
  await intake.close();
  for (const server of servers.splice(0)) await hangUp(server);
});

/** A page with ten more requests of the domain at each look, all within 100 ms. */
async function servePage(domain: string, port = 0, before = 0): Promise<{ url: string; server: Server }> {
  let count = before;
  const server = createServer((_, response) => {
    count += 10;
    const labels = `domain="${domain}",operation="GET /",entry="true",outcome="ok"`;
    const samples = [
      ...['0.2', '+Inf'].map((le) => `_bucket{${labels},le="${le}"} ${count}`),
      ...[`_sum{${labels}} ${count / 10}`, `_count{${labels}} ${count}`],
    ];
    const name = 'domain_request_duration_seconds';
    response.setHeader('content-type', 'text/plain');
    response.end([`# TYPE ${name} histogram`, ...samples.map((sample) => name + sample), ''].join('\n'));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`, server };
}

function hangUp(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

const objectiveOf = (domain: string): object => ({
  ...{ id: `${domain}-scraped`, sentence: '95 % of requests within 200 ms', source: 'test', window: '1h' },
  indicator: {
    ...{ kind: 'latency', signal: 'domain.request.duration', where: { domain, entry: true } },
    ...{ share: 0.95, atMost: '200ms', source: 'scrape' },
  },
});

/** What an instance begins with over what is stored. */
function start(urls: readonly string[]): void {
  scraper = createScraper({
    targets: parseScrape(
      urls.map((url) => ({ url, every: '10s' })),
      'scrape',
    ),
    receive: intake.collector.receive,
    ...{ clock, random: () => 0, log: silentLog, fetch },
  });
  const config = checkConfig({ objectives: ['feed', 'chat'].map(objectiveOf) }, 'test', {});
  const { reader } = intake.collector;
  engine = new Engine({
    ...{ profile: buildProfile(config, reader.series()), reader, clock, timezone: 'UTC' },
    declared: () => ({ facts: [], exceptions: [], decisions: [] }),
    contrasts: { read: () => [], save: () => {} },
    silent: silentPages(intake.file, scraper),
  });
  intake.collector.onCommit((notice) => engine.apply(notice));
}

/** Of feed and chat after so many looks at the pages. */
async function statesAfter(looks: number): Promise<readonly unknown[]> {
  for (let look = 0; look < looks; look += 1) {
    clock.advance(10_000);
    await scraper.run();
  }
  engine.tick();
  return ['feed-scraped', 'chat-scraped'].map((id) => engine.state.evaluations.get(id)?.state);
}

it('is unknown with its address as the reason after three intervals, over a restart too, until the page comes again', async () => {
  const [one, two, other] = [await servePage('feed'), await servePage('feed'), await servePage('chat')];
  const urls = [one.url, two.url, other.url];
  start(urls);
  expect(await statesAfter(8)).toEqual(['met', 'met']);
  await hangUp(two.server);
  expect(await statesAfter(3)).toEqual(['met', 'met']);
  expect(await statesAfter(2)).toEqual(['unknown', 'met']);
  expect(engine.state.evaluations.get('feed-scraped')?.reason).toContain(
    `a part is not known: ${two.url} is to be read every 10 s and has not been for 50 s (not reached: ECONNREFUSED)`,
  );
  await scraper.close();
  start(urls);
  expect(await statesAfter(4)).toEqual(['unknown', 'met']);
  await servePage('feed', Number(new URL(two.url).port), 1_000);
  expect(await statesAfter(1)).toEqual(['met', 'met']);
});

it('says nothing of a page that was never read: nobody knows what it would show', async () => {
  const [one, other] = [await servePage('feed'), await servePage('chat')];
  start([one.url, other.url, 'http://127.0.0.1:1/metrics']);
  expect(await statesAfter(8)).toEqual(['met', 'met']);
});

it('is not missed when it is no longer in the configuration', async () => {
  const [one, two, other] = [await servePage('feed'), await servePage('feed'), await servePage('chat')];
  start([one.url, two.url, other.url]);
  await statesAfter(8);
  await hangUp(two.server);
  await scraper.close();
  start([one.url, other.url]);
  expect(await statesAfter(8)).toEqual(['met', 'met']);
});
