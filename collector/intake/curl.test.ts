/** What curl sends: compressed files, chunked uploads, bodies that wait for "100 Continue", and what it reads when it is refused. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sampleTraces, sampleTracesJson } from './otlp-samples.ts';
import { startTestCollector, type TestCollector, testStartMs } from './test-collector.ts';

/** curl is part of nearly every system; without it these tests are skipped. */
const isMissing = spawnSync('curl', ['--version']).status !== 0;
let folder = '';
let running: TestCollector;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'curl-'));
  running = await startTestCollector({ limits: { maxBodyBytes: 4_000_000 } });
});

afterEach(async () => {
  await running.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Status and body; the connection must not have broken. */
function curl(path: string, file: string, body: Uint8Array | string, ...args: string[]): Promise<[number, string]> {
  writeFileSync(join(folder, file), body);
  const all = ['-sS', '-w', '\n%{http_code}', '--max-time', '15', ...args, `${running.url}${path}`];
  return new Promise((resolve, reject) =>
    execFile('curl', all, { cwd: folder }, (error, output) => {
      if (error !== null) reject(error);
      else resolve([Number(output.slice(output.lastIndexOf('\n') + 1)), output.slice(0, output.lastIndexOf('\n'))]);
    }),
  );
}

function spans(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    traceId: (index + 1).toString(16).padStart(32, '0'),
    spanId: (index + 1).toString(16).padStart(16, '0'),
    startMs: testStartMs,
    durationMs: 1,
    attributes: { note: 'x'.repeat(200) },
  }));
}

test.skipIf(isMissing)(
  'stores JSON, gzip, a chunked upload, and a body of megabytes that waits for 100 Continue',
  async () => {
    const json = ['-H', 'content-type: application/json'];
    const protobuf = ['-H', 'content-type: application/x-protobuf'];
    const resource = { 'service.name': 'api' };
    const text = sampleTracesJson(resource, spans(1));
    expect(await curl('/v1/traces', 'a.json', text, ...json, '--data-binary', '@a.json')).toEqual([200, '{}']);
    const packed = gzipSync(sampleTraces(resource, spans(2)));
    const gzip = [...protobuf, '-H', 'content-encoding: gzip'];
    expect(await curl('/v1/traces', 'b.gz', packed, ...gzip, '--data-binary', '@b.gz')).toEqual([200, '']);
    const chunked = ['-X', 'POST', '-H', 'transfer-encoding: chunked', '-T', 'c.pb'];
    expect(await curl('/v1/traces', 'c.pb', sampleTraces(resource, spans(3)), ...protobuf, ...chunked)).toEqual([
      200,
      '',
    ]);
    const large = sampleTraces(resource, spans(10_000));
    expect(large.length).toBeGreaterThan(2_000_000);
    const waiting = [...protobuf, '-H', 'expect: 100-continue', '--data-binary', '@d.pb'];
    expect(await curl('/v1/traces', 'd.pb', large, ...waiting)).toEqual([200, '']);
    expect(running.collector.stats().spans).toBe(10_006);
  },
);

test.skipIf(isMissing)('reads the reply of a body that is refused in the middle of being sent', async () => {
  const args = ['-H', 'content-type: application/json', '-H', 'expect:', '--data-binary', '@big'];
  const [status, text] = await curl('/v1/traces', 'big', Buffer.alloc(30_000_000, 32), ...args);
  expect([status, JSON.parse(text).code]).toEqual([413, 8]);
  const chunked = ['-X', 'POST', '-H', 'content-type: application/json', '-H', 'expect:', '-T', 'big2'];
  const [late] = await curl(
    '/v1/traces',
    'big2',
    Buffer.alloc(30_000_000, 32),
    ...chunked,
    '-H',
    'transfer-encoding: chunked',
  );
  expect(late).toBe(413);
  expect(running.collector.stats()).toMatchObject({ queueBytes: 0, rejected: { too_large: 2 } });
});
