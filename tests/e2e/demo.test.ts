/** The demo as a newcomer meets it: live numbers, one waterfall, a fired trigger, a fault that shows and goes away. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ObjectiveAnswer, StatusAnswer, TriggerAnswer } from '../../src/contract/index.ts';
import { missingTool, requireTool } from '../tools.ts';
import { openBrowser, type Visit, visit } from './browser.ts';
import { data, type Running, runScript, startScript, temporaryFolder, until } from './running.ts';

const chromium = requireTool('chromium');
const folder = temporaryFolder();
const cli = 'src/cli/main.ts';
let demo: Running;
let url: string;
let campus: string;

beforeAll(async () => {
  demo = startScript([cli, 'demo', '--port', '0', '--otlp-port', '0', '--campus-port', '0', '--data', folder.path]);
  url = (await demo.says(/Console +(http\S+)/)).replace(/Console +/, '');
  campus = (await demo.says(/Reference monolith +(http\S+)/)).replace(/Reference monolith +/, '');
}, 90_000);

afterAll(async () => {
  await demo.kill('SIGINT');
  folder.remove();
});

const objectives = () => data<ObjectiveAnswer[]>(`${url}/api/v1/objectives`);
const objective = async (id: string): Promise<ObjectiveAnswer> => {
  const found = (await objectives()).find((one) => one.id === id);
  if (found === undefined) throw new Error(`no objective ${id}`);
  return found;
};
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${campus}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

describe('demo', () => {
  it('shows live numbers within a minute and says where everything is', async () => {
    const live = await until(
      async () => (await objectives()).find((one) => one.total > (one.windows[0]?.synthetic.total ?? 0)),
      60_000,
      demo.printed,
    );
    expect(live.state).not.toBe('notApplicable');
    expect(demo.printed()).toMatch(/Three things to try/);
    expect(demo.printed()).toContain(`${url}/metrics`);
  }, 70_000);

  it('shows one waterfall across feed, posts, the bus and notifications, asynchronous delivery included', async () => {
    const id = 'demo-123';
    expect(
      (await fetch(`${campus}/api/feed`, { headers: { 'x-correlation-id': id } })).headers.get('x-correlation-id'),
    ).toBe(id);
    expect((await post('/api/posts/1/comments', { content: 'hello' }, { 'x-correlation-id': id })).status).toBe(201);
    const shown = await until(
      async () => {
        const { code, out } = await runScript([cli, 'trace', id, '--data', folder.path]);
        return code === 0 && out.includes('notifications · deliver') && out.includes('feed · ') ? out : null;
      },
      60_000,
      demo.printed,
    );
    const [traceId = ''] = /[0-9a-f]{32}/.exec(shown) ?? [];
    expect((await runScript([cli, 'trace', traceId, '--data', folder.path])).out).toMatch(
      new RegExp(`^${traceId}: 1 trace, `),
    );
    expect(shown).toMatch(/2 traces, \d+ spans across/);
    for (const part of [
      'GET /api/feed',
      'POST /api/posts/:id/comments',
      'publish comment.created',
      'consume comment.created',
    ]) {
      expect(shown).toContain(part);
    }
  }, 90_000);

  it('fires P1 on simulated days that the live run agrees with, leaves P3 pending, and breaches in-app delivery alone', async () => {
    await demo.says(/Simulated history is in/, 120_000);
    const triggers = await until(
      async () => {
        const all = await data<TriggerAnswer[]>(`${url}/api/v1/triggers`);
        return all.find((one) => one.id === 'P1')?.days.exceeding === 12 ? all : null;
      },
      60_000,
      demo.printed,
    );
    const states = Object.fromEntries(triggers.map((one) => [one.id, one.state]));
    expect(states).toMatchObject({ P0: 'clear', P1: 'fired', P2: 'unknown', P3: 'pending', P4: 'clear' });
    const p1 = triggers.find((one) => one.id === 'P1');
    expect(p1).toMatchObject({ synthetic: true, days: { exceeding: 12, of: 14 } });
    expect(p1?.exemplars.length).toBeGreaterThan(0);
    const first = (await objectives()).filter((one) => one.windows[0]?.state === 'breached').map((one) => one.id);
    expect(first).toEqual(['notification-in-app']);
  }, 200_000);

  it('reports notifications with P1 fired and its evidence, every unknown, and exits 3', async () => {
    const { code, out } = await runScript([cli, 'report', '--data', folder.path]);
    expect(code).toBe(3);
    expect(out).toMatch(/NOTIFICATIONS/);
    expect(out.replace(/\s+/g, ' ')).toMatch(
      /P1 fired: in-app delivery p95 6\.\d+ s \[.*\] > 5 s, over on 12 of 14 days \(simulated\)/,
    );
    for (const unknown of ['gpuInference', 'P5', 'approvedBudget', 'rollbackDrilled']) expect(out).toContain(unknown);
    expect((await runScript([cli, 'report', '--data', folder.path, '--fail-on', 'gate'])).code).toBe(0);
    const json = await runScript([cli, 'report', '--data', folder.path, '--format', 'json']);
    expect(JSON.parse(json.out)).toMatchObject({ schemaVersion: 1, exit: { code: 3 } });
  }, 60_000);

  describe.skipIf(chromium === null)(
    `console${chromium === null ? ` (skipped: ${missingTool('chromium')})` : ''}`,
    () => {
      const onPage = async (
        path: string,
        look: Parameters<typeof visit>[2],
        check: (shown: Visit) => Promise<void>,
      ): Promise<void> => {
        const browser = await openBrowser(chromium ?? '');
        try {
          const shown = await visit(browser, `${url}${path}`, look);
          await check(shown);
          expect(shown.complaints).toEqual([]);
        } finally {
          await browser.close();
        }
      };
      const wide = { width: 1440, scheme: 'light' } as const;

      it(
        'opens with the sentence, the objectives in words and the board',
        () =>
          onPage('/', wide, async ({ page }) => {
            await page
              .getByText(/Notifications have been over 5\ss on 12 of 14 days \(all simulated\), so P1 has fired/)
              .waitFor();
            const row = page.locator('tr', { hasText: 'Notification in-app delivery < 2 s' });
            expect(await row.innerText()).toMatch(/breached/);
            expect(await page.locator('tr', { hasText: 'Uptime 99.9 %' }).innerText()).toMatch(/met[\s\S]*99\.9 %/);
            await page.getByText('Demo with simulated history').waitFor();
          }),
        60_000,
      );

      it(
        'leads from a fired trigger to its evidence and to the spans behind it',
        () =>
          onPage('/extraction/P1', wide, async ({ page }) => {
            await page
              .getByText(/P1 fired|fired: in-app delivery p95 6/)
              .first()
              .waitFor();
            for (const heading of ['For', 'Against', 'Missing', 'Flips if', 'Cost'])
              await page.getByText(heading, { exact: false }).first().waitFor();
            await page.locator('a[href*="/traces/"]').first().click();
            await page.waitForURL(/\/traces\/[0-9a-f]{32}/);
            await page
              .getByText(/notifications/)
              .first()
              .waitFor();
          }),
        60_000,
      );

      it(
        'finds everything under a correlation ID pasted after "/"',
        () =>
          onPage('/', wide, async ({ page }) => {
            await page.getByRole('link', { name: 'Extraction board' }).waitFor();
            await page.keyboard.press('/');
            await page.keyboard.type('demo-123');
            await page.keyboard.press('Enter');
            await page.waitForURL(/demo-123/);
            for (const part of ['GET /api/feed', 'POST /api/posts/:id/comments', 'deliver'])
              await page.getByText(part, { exact: false }).first().waitFor();
          }),
        60_000,
      );

      it(
        'fits a phone in the dark without scrolling sideways',
        () =>
          onPage('/', { width: 390, scheme: 'dark' }, async ({ page }) => {
            await page.getByText(/so P1 has fired/).waitFor();
            for (const path of ['/', '/extraction', '/traces', '/domains', '/status', '/objectives/search-latency']) {
              await page.goto(`${url}${path}`);
              await page.locator('main').waitFor();
              await page.locator('main h1, main [class*=sentence]').first().waitFor();
              expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
            }
            expect(await page.evaluate('getComputedStyle(document.documentElement).backgroundColor')).toMatch(
              /rgb\((\d|[1-4]\d), /,
            );
          }),
        60_000,
      );

      it(
        'goes where the keyboard says and shows every page without a complaint',
        () =>
          onPage('/', wide, async ({ page }) => {
            await page.getByRole('link', { name: 'Extraction board' }).waitFor();
            for (const [key, path] of [
              ['e', '/extraction'],
              ['d', '/domains'],
              ['t', '/traces'],
              ['s', '/status'],
              ['o', '/'],
            ] as const) {
              await page.keyboard.press('g');
              await page.keyboard.press(key);
              await page.waitForURL(`${url}${path}`);
            }
          }),
        60_000,
      );
    },
  );

  it('is really slow in the live run where the board says so', async () => {
    const live = await until(
      async () => {
        const p1 = (await data<TriggerAnswer[]>(`${url}/api/v1/triggers`)).find((one) => one.id === 'P1');
        return (p1?.live?.n ?? 0) >= 1_000 ? p1?.live : null;
      },
      120_000,
      demo.printed,
    );
    expect(live.value).toBeGreaterThan(5);
    expect(live.value).toBeLessThan(10);
  }, 130_000);

  it('turns the search objectives within a minute of a fault, and back after it clears', async () => {
    await until(async () => ((await objective('search-latency')).state === 'met' ? true : null), 60_000, demo.printed);
    expect((await post('/faults', { domain: 'search', latencyMs: 900, seconds: 300 })).ok).toBe(true);
    const turned = performance.now();
    const breached = await until(
      async () => {
        await Promise.all(Array.from({ length: 20 }, () => fetch(`${campus}/api/search?q=maths`)));
        const found = await objective('search-latency');
        return found.state === 'breached' && found.page?.state === 'firing' ? found : null;
      },
      60_000,
      demo.printed,
    );
    expect(performance.now() - turned).toBeLessThan(60_000);
    expect(breached.reason).toContain('2m');
    expect((await objective('feed-load')).windows[0]?.state).toBe('met');
    expect((await fetch(`${campus}/faults`, { method: 'DELETE' })).ok).toBe(true);
    // Enough good answers that the bad ones are fewer than 5 % of the last five minutes: no need to wait until they have left it.
    const bad = breached.now.total - breached.now.good;
    for (let sent = 0; sent < Math.min(15_000, 80 * bad); sent += 20) {
      await Promise.all(
        Array.from({ length: 20 }, async () => (await fetch(`${campus}/api/search?q=maths`)).arrayBuffer()),
      );
    }
    await until(async () => ((await objective('search-latency')).state === 'met' ? true : null), 320_000, demo.printed);
  }, 480_000);

  it('loses nothing acknowledged when it is killed, and goes on from the stored data', async () => {
    const before = await data<StatusAnswer>(`${url}/api/v1/status`);
    const total = (await objective('api-latency')).total;
    await demo.kill('SIGKILL');
    const again = startScript([
      cli,
      'demo',
      '--port',
      '0',
      '--otlp-port',
      '0',
      '--campus-port',
      '0',
      '--data',
      folder.path,
    ]);
    demo = again;
    url = (await again.says(/Console +(http\S+)/)).replace(/Console +/, '');
    expect(again.printed()).not.toMatch(/Filling in simulated history/);
    expect((await objective('api-latency')).total).toBeGreaterThanOrEqual(total);
    expect((await data<TriggerAnswer[]>(`${url}/api/v1/triggers`)).find((one) => one.id === 'P1')?.state).toBe('fired');
    expect((await data<StatusAnswer>(`${url}/api/v1/status`)).store.series).toBeGreaterThanOrEqual(before.store.series);
  }, 90_000);

  it('stops everything on Ctrl-C', async () => {
    const address = campus;
    expect(await demo.kill('SIGINT')).toBe(0);
    await expect(fetch(`${address}/health`)).rejects.toThrow();
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  }, 30_000);
});
