/** The console's files: types, caching, client routes, security headers, and the page when nothing is built. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtureDependencies } from './fixture-queries.ts';
import { sendBare } from './fixture-request.ts';
import { createServer, type RunningServer } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'seamwatch-console-'));
const webRoot = join(folder, 'web');
let built: RunningServer;
let bare: RunningServer;
beforeAll(async () => {
  mkdirSync(join(webRoot, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(webRoot, 'index.html'), '<!doctype html><title>console</title>');
  writeFileSync(join(webRoot, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  writeFileSync(join(webRoot, 'assets', 'index-B4x9_kQz.js'), 'export {};');
  writeFileSync(join(webRoot, 'assets', 'index-C7d2a-1Z.css'), 'body{}');
  built = await createServer(fixtureDependencies({ webRoot }));
  bare = await createServer(fixtureDependencies({ webRoot: join(folder, 'nothing') }));
});
afterAll(async () => {
  await Promise.all([built.close(), bare.close()]);
  rmSync(folder, { recursive: true });
});

const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
async function see(path: string, headers: Record<string, string> = html) {
  const response = await fetch(`${built.address}${path}`, { headers });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    caching: response.headers.get('cache-control'),
    text: await response.text(),
  };
}

describe('the built console', () => {
  it.each(['/', '/objectives/api-latency', '/objectives/error-rate-per-service:search', '/traces?correlationId=a.b'])(
    'answers the client route %s with the page, never from a cache',
    async (path) => {
      expect(await see(path)).toEqual({
        status: 200,
        type: 'text/html; charset=utf-8',
        caching: 'no-cache',
        text: '<!doctype html><title>console</title>',
      });
    },
  );

  it('caches hashed files for ever and others not at all', async () => {
    const immutable = 'public, max-age=31536000, immutable';
    expect(await see('/assets/index-B4x9_kQz.js')).toMatchObject({
      type: 'text/javascript; charset=utf-8',
      caching: immutable,
    });
    expect(await see('/assets/index-C7d2a-1Z.css')).toMatchObject({
      type: 'text/css; charset=utf-8',
      caching: immutable,
    });
    expect(await see('/favicon.svg')).toMatchObject({ type: 'image/svg+xml', caching: 'no-cache' });
  });

  it('answers 404 for a missing file instead of the page', async () => {
    expect((await see('/assets/index-old00000.js')).status).toBe(404);
    expect((await see('/favicon.ico')).status).toBe(404);
    expect((await see('/objectives', { accept: 'application/json' })).status).toBe(404);
  });

  it.each(['/../secret.txt', '/..%2fsecret.txt', '/%2e%2e/secret.txt', '/assets/..%5c..%5csecret.txt'])(
    'does not leave its folder by %s',
    async (path) => {
      const climbing = await sendBare(built.address, { path, headers: { accept: 'text/plain' } });
      expect(climbing.status).toBeGreaterThanOrEqual(400);
      expect(climbing.body.toString()).not.toMatch(/^secret$/);
    },
  );

  it('allows only what comes from this origin', async () => {
    const { headers } = await sendBare(`${built.address}/`, { headers: html });
    expect(headers['content-security-policy']).toBe(
      "default-src 'self';script-src 'self';style-src 'self';img-src 'self' data:;connect-src 'self';object-src 'none';base-uri 'none';frame-ancestors 'none';form-action 'self'",
    );
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
    expect(headers).not.toHaveProperty('strict-transport-security');
    expect(headers).not.toHaveProperty('x-powered-by');
  });
});

describe('without a built console', () => {
  it('says how to build it and leads to what works', async () => {
    const response = await fetch(`${bare.address}/objectives/x`, { headers: html });
    const text = await response.text();
    expect(response.status).toBe(200);
    expect(text).toContain('<code>npm run web</code>');
    for (const [, link] of text.matchAll(/href="([^"]+)"/g)) {
      expect([link, (await fetch(`${bare.address}${link}`)).status]).toEqual([link, 200]);
    }
  });
});
