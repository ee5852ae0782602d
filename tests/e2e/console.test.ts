/** Every page of the console in a real browser over a live demo: what a person reads, does and follows. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AlertAnswer, DomainDetail, ProbeAnswer } from '../../src/contract/index.ts';
import { missingTool, requireTool } from '../tools.ts';
import { openBrowser, visit } from './browser.ts';
import { data, type Running, startScript, temporaryFolder, until } from './running.ts';

const chromium = requireTool('chromium');
const k6 = requireTool('k6');
const folder = temporaryFolder();
const cli = 'src/cli/main.ts';
let demo: Running;
let url = '';
let campus = '';
let browser: Browser | null = null;

beforeAll(async () => {
  if (chromium === null) return;
  const ports = ['--port', '0', '--otlp-port', '0', '--campus-port', '0'];
  demo = startScript([cli, 'demo', ...ports, '--no-history', '--data', folder.path]);
  url = (await demo.says(/Console +(http\S+)/)).replace(/Console +/, '');
  campus = (await demo.says(/Reference monolith +(http\S+)/)).replace(/Reference monolith +/, '');
  browser = await openBrowser(chromium);
  await until(
    async () => ((await data<ProbeAnswer[]>(`${url}/api/v1/probes`)).every((one) => one.state === 'up') ? true : null),
    80_000,
    demo.printed,
  );
}, 180_000);

afterAll(async () => {
  await browser?.close();
  if (chromium !== null) await demo.kill('SIGINT');
  folder.remove();
});

/** Opens a page at 1440 px, does what the test does, and expects that the browser had nothing to complain about. */
async function onPage(path: string, act: (page: Page) => Promise<void>, base = url): Promise<void> {
  if (browser === null) throw new Error('no browser');
  const { page, complaints } = await visit(browser, `${base}${path}`, { width: 1440, scheme: 'light' });
  try {
    await act(page);
    expect(complaints).toEqual([]);
  } finally {
    await page.context().close();
  }
}

const textOf = (page: Page) => page.locator('main').innerText();

const skipped = chromium === null ? ` (skipped: ${missingTool('chromium')})` : '';
describe.skipIf(chromium === null)(`console${skipped}`, () => {
  it('probes: five that are up, the journey step by step, each step with its trace through the monolith', async () => {
    await onPage('/probes', async (page) => {
      await page
        .getByText(/All five probes are up|Five probes are up|five probes/i)
        .first()
        .waitFor();
      await page
        .getByRole('link', { name: /Send a chat message/ })
        .first()
        .click();
      await page.waitForURL(/\/probes\/chat-delivery/);
      await page.getByText(/Up since .*all seven steps passed in/).waitFor();
      for (const step of ['The recipient gets the message', 'The recipient sees the notification'])
        await page.getByRole('row', { name: step }).waitFor();
      await page.getByText('kept out of the objectives of users').waitFor();
      await page.locator('main').getByRole('link', { name: 'trace', exact: true }).first().click();
      await page.waitForURL(/\/traces\/[0-9a-f]{32}/);
      await page
        .getByText(/POST \/api\/chat\/conversations/)
        .first()
        .waitFor();
      expect(await textOf(page)).toMatch(/probe chat-delivery/);
    });
  }, 60_000);

  it('domain: rate, errors and durations with their limits, operations and edges, as sentence, picture and table', async () => {
    await until(
      async () =>
        (await data<DomainDetail>(`${url}/api/v1/domains/search`)).points.some((one) => (one.n ?? 0) > 20)
          ? true
          : null,
      120_000,
      demo.printed,
    );
    await onPage('/domains', async (page) => {
      await page
        .getByRole('link', { name: 'Search' })
        .or(page.getByRole('link', { name: 'search' }))
        .first()
        .click();
      await page.waitForURL(/\/domains\/search/);
      await page.getByText(/Search serves [\d.]+\srequests a minute, 95\s% of them within [\d.]+\sms/).waitFor();
      await page.getByText(/Dashed:/).waitFor();
      expect(
        await page
          .getByRole('row', { name: /GET \/api\/search/ })
          .first()
          .innerText(),
      ).toMatch(/\d\sms/);
      await page.getByText('Is called by').waitFor();
      await page.getByText(/The numbers, minute by minute/).click();
      await page
        .getByRole('row', { name: /13|:\d\d/ })
        .first()
        .waitFor();
      const pointer = page.getByRole('slider').first();
      await pointer.focus();
      await page.keyboard.press('ArrowLeft');
      expect(await pointer.getAttribute('aria-valuetext')).toMatch(/\d\d:\d\d/);
    });
  }, 150_000);

  it('a fault: the alert says since when and who was told; acknowledge, silence, runbook and evidence are one click away', async () => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ domain: 'search', latencyMs: 900, errorRate: 0.5, seconds: 900 });
    expect((await fetch(`${campus}/faults`, { method: 'POST', headers, body })).ok).toBe(true);
    await until(
      async () =>
        (await data<AlertAnswer[]>(`${url}/api/v1/alerts`)).some(
          (one) => one.rule === 'probe:search' && one.state === 'firing',
        )
          ? true
          : null,
      120_000,
      demo.printed,
    );
    await onPage('/alerts', async (page) => {
      const row = page.getByRole('row', { name: /the probe "Search answers" fails/ });
      await row.waitFor();
      expect(await page.locator('main').innerText()).toMatch(/alerts? (is|are) firing/);
      await row.getByRole('button', { name: /Acknowledge/ }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('textbox').first().fill('Ada');
      await dialog.getByRole('button', { name: /Acknowledge/ }).click();
      await page
        .getByText(/Ada has it|acknowledged by Ada|Ada/)
        .first()
        .waitFor();
      await until(
        async () =>
          (await data<AlertAnswer[]>(`${url}/api/v1/alerts`)).find((one) => one.rule === 'probe:search')
            ?.acknowledgedBy === 'Ada'
            ? true
            : null,
        10_000,
        demo.printed,
      );
      await page
        .getByRole('row', { name: /the probe "Search answers" fails/ })
        .getByRole('button', { name: /Silence/ })
        .click();
      const form = page.getByRole('dialog');
      await form.getByLabel(/why|reason/i).fill('the index is rebuilt');
      const by = form.getByLabel(/who|name|by/i).last();
      if ((await by.inputValue()) === '') await by.fill('Ada');
      await form
        .getByRole('button', { name: /Silence/ })
        .last()
        .click();
      const silenced = page.getByRole('row').filter({ has: page.getByRole('button', { name: /^End/ }) });
      await silenced.waitFor();
      expect(await silenced.innerText()).toMatch(/the index is rebuilt/);
      const [silence] = await data<{ reason: string; active: boolean }[]>(`${url}/api/v1/silences`);
      expect(silence).toMatchObject({ reason: 'the index is rebuilt', active: true });
      await silenced.getByRole('button', { name: /^End/ }).click();
      await until(
        async () => ((await data<{ active: boolean }[]>(`${url}/api/v1/silences`))[0]?.active === false ? true : null),
        10_000,
        demo.printed,
      );
      await page
        .getByRole('link', { name: /the probe "Search answers" fails/ })
        .first()
        .click();
      await page.waitForURL(/\/alerts\/.+/);
      await page.getByText('What happened').waitFor();
      await page
        .getByRole('link', { name: /Runbook/ })
        .first()
        .click();
      await page.waitForURL(/\/runbooks\/probe/);
      await page.getByRole('heading', { name: /Look first/ }).waitFor();
    });
  }, 200_000);

  it('objective: the documented alert in words, and a dot of the picture opens the trace that it stands for', async () => {
    await onPage('/objectives/search-latency', async (page) => {
      await page.getByText(/The documented alert is (firing|quiet)/).waitFor();
      const dots = page.getByRole('group', { name: /Traces, oldest first/ }).getByRole('link');
      await dots.first().waitFor();
      await dots.and(page.locator('[tabindex="0"]')).focus();
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/traces\/[0-9a-f]{32}/);
      await page
        .getByText(/GET \/api\/search|search/)
        .first()
        .waitFor();
    });
  }, 60_000);

  it('status: the watcher is alive, what it hears and that nobody would be told', async () => {
    await onPage('/status', async (page) => {
      await page.getByText(/The watcher is alive: numbers are complete to/).waitFor();
      await page.getByText(/None is configured: alerts stand on the/).waitFor();
      expect(await page.getByRole('row', { name: /console, API and OTLP/ }).innerText()).toMatch(/listening/);
      expect(await page.getByRole('row', { name: /^Spans/ }).innerText()).toMatch(/^Spans\s+[\d.]+/);
    });
  }, 60_000);

  it('rehearsals: names the command while there is none', async () => {
    await onPage('/rehearsals', async (page) => {
      await page.getByText('Nothing has been rehearsed').waitFor();
      await page.getByText('seamwatch rehearse').waitFor();
    });
  }, 30_000);

  it.skipIf(k6 === null)(
    `rehearsals: shows each step from both sides${k6 === null ? ` (skipped: ${missingTool('k6')})` : ''}`,
    async () => {
      const flags = [
        '--scenario',
        'feed',
        '--rates',
        '5,10',
        '--step-seconds',
        '5',
        '--warmup-seconds',
        '1',
        '--data',
        folder.path,
      ];
      const ended = spawnSync(process.execPath, ['--conditions=source', cli, 'rehearse', ...flags, '--k6', k6 ?? ''], {
        encoding: 'utf8',
      });
      expect([0, 1, 3]).toContain(ended.status);
      expect(ended.stdout).toMatch(/feed-load/);
      await onPage('/rehearsals', async (page) => {
        await page.getByRole('row', { name: /feed/ }).first().getByRole('link').first().click();
        await page.waitForURL(/\/rehearsals\/.+/);
        await page.getByText(/k6 v2/).first().waitFor();
        expect(await textOf(page)).toMatch(/client[\s\S]*domains/i);
        expect(await page.locator('svg').count()).toBeGreaterThan(0);
      });
    },
    120_000,
  );

  it('goes to every page by keyboard and lists the keys', async () => {
    await onPage('/', async (page) => {
      await page.locator('main h1, main [class*=sentence]').first().waitFor();
      for (const [key, path] of [
        ['a', '/alerts'],
        ['p', '/probes'],
        ['r', '/rehearsals'],
        ['d', '/domains'],
      ] as const) {
        await page.keyboard.press('g');
        await page.keyboard.press(key);
        await page.waitForURL(`${url}${path}`);
        await page.locator('main h1, main [class*=sentence]').first().waitFor();
      }
      await page.keyboard.press('?');
      await page
        .getByText(/go to alerts|alerts/i)
        .first()
        .waitFor();
    });
  }, 60_000);

  it('fits 390 px on every page', async () => {
    if (browser === null) throw new Error('no browser');
    const { page } = await visit(browser, `${url}/alerts`, { width: 390, scheme: 'dark' });
    const [alert] = await data<AlertAnswer[]>(`${url}/api/v1/alerts`);
    const paths = [
      '/',
      '/alerts',
      `/alerts/${alert?.id}`,
      '/probes',
      '/probes/chat-delivery',
      '/rehearsals',
      '/domains',
      '/domains/search',
    ];
    for (const path of [
      ...paths,
      '/objectives/search-latency',
      '/extraction',
      '/traces',
      '/status',
      '/runbooks/probe',
    ]) {
      await page.goto(`${url}${path}`);
      await page.locator('main h1, main [class*=sentence]').first().waitFor();
      expect([path, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([path, 390]);
    }
    await page.context().close();
  }, 90_000);

  it('asks for a token where one is needed, and shows the page after it', async () => {
    const config = join(folder.path, 'locked.yaml');
    writeFileSync(config, 'tokens: { ingest: in-secret, read: read-secret, admin: admin-secret }\n');
    const locked = startScript([
      cli,
      'serve',
      '--config',
      config,
      '--port',
      '0',
      '--otlp-port',
      '0',
      '--data',
      join(folder.path, 'locked'),
    ]);
    try {
      const address = (await locked.says(/Console: (http\S+)/)).replace('Console: ', '');
      const { page } = await visit(browser as Browser, `${address}/alerts`, { width: 1440, scheme: 'light' });
      const field = page.locator('input[name=token]');
      await field.fill('wrong');
      await page.keyboard.press('Enter');
      await page
        .getByText(/not known/)
        .first()
        .waitFor();
      await field.fill('read-secret');
      await page.keyboard.press('Enter');
      await page.getByText('Nothing is firing').waitFor();
      await page.context().close();
    } finally {
      await locked.kill('SIGTERM');
    }
  }, 90_000);
});
