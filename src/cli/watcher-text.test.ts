import { expect, it } from 'vitest';
import { statusAt } from '../web/fixture/status.ts';
import { watcherText } from './watcher-text.ts';

const nowMs = Date.UTC(2026, 2, 4, 12, 0, 0);
const status = statusAt(nowMs, 26_000);

it('says what was refused, by whom it was sent, what to do, what waits and what room there is', () => {
  const text = watcherText(status);
  expect(text).toContain(
    '412,800 spans, 88,120 points and 20,400 log records taken in since 2026-03-04T11:22:00.000Z (181 spans/s over 1m)',
  );
  expect(text).toContain('Stored: 58.6 MiB of 20 GiB (7.82 MiB of it the log), 38.2 GiB free on the disk');
  expect(text).toMatch(/^rate_limited +http +1,204 +one sender sends more than its share/m);
  expect(text).toMatch(/^shop +1,204 +rate_limited 1,204$/m);
  expect(text).toMatch(/^in_future +traces +4 +more than 5 minutes ahead/m);
  expect(text).toContain(
    '11 records found no room for a series of their own, such as search.query.duration{phase="rank",shard="4711"}.',
  );
  expect(text).toMatch(
    /^mimir samples +42, 80 KiB since 2026-03-04T11:53:00\.000Z +http_400 310, .*sent 88,120, retries 14 +answered 503$/m,
  );
  expect(text).toMatch(
    /^http:\/\/127\.0\.0\.1:9100\/metrics +down +0 read, 190 failed, 0 not stored +connection refused$/m,
  );
});

it('says that nothing was refused when nothing was', () => {
  const intake = {
    ...status.intake,
    refused: [],
    refusedSenders: [],
    rejectedRecords: [],
    overflow: [],
    overflowed: 0,
  };
  expect(watcherText({ ...status, intake, forward: [], scrape: [] }).split('\n')).toEqual([
    expect.stringMatching(/watermark 26 s old, nothing was refused\.$/),
    expect.stringMatching(/^Stored: /),
    '',
  ]);
});
