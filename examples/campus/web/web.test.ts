/** The pages and what they load, without a browser. */
import { expect, onTestFinished, test } from 'vitest';
import { startTestCampus, type TestCampus } from '../campus-for-tests.ts';

async function open(endpoint: string | null): Promise<TestCampus> {
  const campus = await startTestCampus(endpoint === null ? {} : { endpoint, exportIntervalMs: 600_000 });
  onTestFinished(() => campus.close());
  return campus;
}

test('a page without anywhere to report to loads no Faro; its script and the library are served as JavaScript', async () => {
  const campus = await open(null);
  const home = (await campus.call('GET', '/')).text;
  expect(home).not.toContain('/web/faro.js');
  expect(home).toContain('{"reportTo":null}');
  const entry = /"seamwatch\/instrument\/browser":"([^"]+)"/.exec(home)?.[1] ?? '';
  for (const path of ['/web/home.js', entry]) {
    const { status, headers, text } = await campus.call('GET', path);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
    expect(text).not.toMatch(/^(?:export )?interface |: string\b/m);
  }
  expect((await campus.call('GET', '/web/style.css')).headers.get('content-type')).toBe('text/css; charset=utf-8');
});

test('what the library gives to pages needs nothing of Node and stays small', async () => {
  const campus = await open(null);
  const entry = /"seamwatch\/instrument\/browser":"([^"]+)"/.exec((await campus.call('GET', '/')).text)?.[1] ?? '';
  const loaded = new Map<string, string>();
  const load = async (path: string): Promise<void> => {
    if (loaded.has(path)) return;
    const { text } = await campus.call('GET', path);
    loaded.set(path, text);
    for (const [, target] of text.matchAll(/from '([^']+)'/g))
      await load(new URL(target ?? '', campus.url + path).pathname);
  };
  await load(entry);
  const names = [...loaded.keys()]
    .map((path) =>
      path
        .split('/')
        .at(-1)
        ?.replace(/\.[jt]s$/, ''),
    )
    .sort();
  expect(names).toEqual(['browser', 'browser-span', 'clock', 'conventions', 'trace-context']);
  expect([...loaded.values()].filter((text) => /node:|require\(|process\./.test(text))).toEqual([]);
});

test('a page reports to the endpoint of its application', async () => {
  const campus = await open('http://127.0.0.1:9/');
  const home = (await campus.call('GET', '/')).text;
  expect(home).toContain('<script src="/web/faro.js"></script>');
  expect(home).toContain('{"reportTo":"http://127.0.0.1:9/faro/collect"}');
  expect((await campus.call('GET', '/web/faro.js')).text).toContain('GrafanaFaroWebSdk');
});

test.each([
  '/web/library/instrument/start.ts',
  '/web/library/../package.json',
  '/web/library/%2e%2e/package.json',
  '/web/other.js',
])('%s is not served: only what pages load', async (path) => {
  const campus = await open(null);
  expect((await campus.call('GET', path)).status).toBe(404);
});
