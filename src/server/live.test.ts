/** Server-sent events over a real server: what arrives, what is bounded, what happens at the end. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { LiveEvent } from '../contract/index.ts';
import { silentLog } from '../kernel/log.ts';
import { fixtureDependencies, fixtureLive } from './fixture-queries.ts';
import { type OpenStream, openStream } from './fixture-request.ts';
import { createServer, type RunningServer, type ServerLimits } from './index.ts';

const open: RunningServer[] = [];
const streams: OpenStream[] = [];
async function start(limits: Partial<ServerLimits> = {}, log = silentLog) {
  const live = fixtureLive();
  const server = await createServer(fixtureDependencies({ live, limits, log }));
  open.push(server);
  return { live, server, url: `${server.address}/api/v1/live` };
}
async function follow(url: string): Promise<OpenStream> {
  const stream = await openStream(url);
  streams.push(stream);
  return stream;
}
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.close();
  await Promise.all(open.splice(0).map((server) => server.close()));
});

const tick: LiveEvent = { type: 'tick', watermark: '2026-11-20T09:59:40.000Z', changed: ['api-latency'] };

describe('GET /api/v1/live', () => {
  it('sends each event under its type as one line of JSON, to everybody', async () => {
    const { live, url } = await start();
    const [first, second] = [await follow(url), await follow(url)];
    live.publish(tick);
    live.publish({ type: 'trigger', id: 'P1', from: 'pending', to: 'fired' });
    const expected = `event: tick\ndata: ${JSON.stringify(tick)}\n\nevent: trigger\ndata: {"type":"trigger","id":"P1","from":"pending","to":"fired"}\n\n`;
    expect(await first.until(expected)).toContain('retry: 2000\n\n');
    await second.until(expected);
    expect(first.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    });
  });

  it('sends a comment when nothing happens', async () => {
    const { url } = await start({ heartbeatMs: 5 });
    expect(await (await follow(url)).until(': alive\n\n')).not.toContain('event:');
  });

  it('has a bounded number of places and frees one when a client leaves', async () => {
    const { live, url } = await start({ liveClients: 1, heartbeatMs: 5 });
    const first = await follow(url);
    const refused = await fetch(url);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    await refused.body?.cancel();
    first.close();
    let second = await openStream(url);
    while (second.response.statusCode === 503) second = await openStream(url);
    streams.push(second);
    live.publish(tick);
    await second.until('event: tick');
  });

  it('drops a client that does not read, and keeps one that does', async () => {
    const warned: string[] = [];
    const warn = (_fields: object, message: string) => void warned.push(message);
    const log = { debug: () => {}, info: () => {}, warn, error: () => {} };
    const { live, server, url } = await start({ liveBufferBytes: 65_536 }, log);
    const reader = await follow(url);
    const sleeper = connect(server.port, '127.0.0.1');
    sleeper.write('GET /api/v1/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
    await once(sleeper, 'data');
    sleeper.pause();
    const changed = Array.from({ length: 2_000 }, (_, index) => `an-objective-with-a-rather-long-name-${index}`);
    for (let sent = 0; warned.length === 0 && sent < 1_000; sent += 1) {
      live.publish({ type: 'tick', watermark: `mark-${sent}`, changed });
      await reader.until(`mark-${sent}`);
    }
    expect(warned).toEqual(['a live client reads too slowly and was dropped']);
    live.publish({ ...tick, watermark: 'after the drop' });
    await reader.until('after the drop');
    const closed = once(sleeper, 'close');
    sleeper.on('error', () => {}).resume();
    await closed;
  });
});

describe('closing', () => {
  it('ends open streams, forgets the subscription and is quick', async () => {
    const { live, server, url } = await start();
    const stream = await follow(url);
    expect(live.listenerCount()).toBe(1);
    const before = performance.now();
    await server.close();
    await stream.ended;
    expect(performance.now() - before).toBeLessThan(1_000);
    expect(live.listenerCount()).toBe(0);
  });
});
