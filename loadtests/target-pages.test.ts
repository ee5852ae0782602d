/** The application's pages, read over real HTTP. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isQuiet, readPages, waitUntilQuiet } from './target-pages.ts';

/** Two instances under /a and /b; everything else is no page. */
const texts: Readonly<Record<string, string>> = {
  '/a': 'd_bucket{le="1"} 3\nd_bucket{le="+Inf"} 4\n',
  '/b': 'd_bucket{le="1"} 10\nd_bucket{le="+Inf"} 10\n',
  '/html': '<html></html>',
};
let server: Server;
let url = '';
const { signal } = new AbortController();
const pagesOf = (...paths: readonly string[]) => ({
  urls: paths.map((path) => `${url}${path}`),
  fetch: globalThis.fetch,
  signal,
});

beforeAll(async () => {
  server = createServer((request, response) => {
    const text = texts[request.url ?? ''];
    response.writeHead(text === undefined ? 404 : 200).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

describe('the pages of a target', () => {
  it('are added up over its instances', async () => {
    const reading = await readPages(pagesOf('/a', '/b'));
    expect([...reading.values()].map(({ counts }) => counts)).toEqual([[13, 1]]);
  });

  it('say which page does not answer, and what to do', async () => {
    await expect(readPages(pagesOf('/a', '/c'))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: `${url}/c answered 404; name the page with --metrics`,
    });
    await expect(readPages(pagesOf('/html'))).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });

  it('are not waited for longer than allowed', async () => {
    expect((await waitUntilQuiet(pagesOf('/a'), [], 0, 0)).caughtUp).toBe(false);
  });

  it('are at rest when two seconds add nothing, or no more than others add', () => {
    expect(isQuiet([7, 7, 7, 7], 0)).toBe(false);
    expect(isQuiet([5, 7, 7, 7, 7, 7], 0)).toBe(true);
    expect(isQuiet([7, 7, 7, 7, 8], 0)).toBe(false);
    // Four in two seconds by others: up to 4 + 3 × √4 = 10 are theirs, a worker that empties its queue adds 100.
    expect(isQuiet([0, 3, 5, 8, 10], 4)).toBe(true);
    expect(isQuiet([0, 25, 50, 75, 100], 4)).toBe(false);
  });
});
