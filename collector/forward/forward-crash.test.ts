/** kill -9 of the whole process: every body that was acknowledged is forwarded after the next start. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { silentLog } from '../../src/kernel/log.ts';
import { sampleTraces } from '../intake/otlp-samples.ts';
import { send, startTestCollector, testStartMs } from '../intake/test-collector.ts';
import { createForwarder, parseForward } from './index.ts';

const bodies = Array.from({ length: 20 }, (_, index) => {
  const id = String(index + 1);
  const span = { traceId: id.padStart(32, '0'), spanId: id.padStart(16, '0'), startMs: testStartMs, durationMs: 1 };
  return sampleTraces({ 'service.name': 'shop' }, [span]);
});

it('forwards what was acknowledged before the process was killed', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'forward-crash-'));
  const script = fileURLToPath(new URL('./forward-child-fixture.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=source', script, join(folder, 'seamwatch.db')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  const url = `http://127.0.0.1:${port.toString().trim()}/v1/traces`;
  const headers = { 'content-type': 'application/x-protobuf' };
  const answers = await Promise.all(bodies.map((body) => send(url, 'POST', body, headers)));
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(answers.map(({ status }) => status)).toEqual(bodies.map(() => 200));

  const seen: string[] = [];
  const server = createServer(async (request, response) => {
    seen.push(gunzipSync(Buffer.concat(await request.toArray())).toString('hex'));
    response.end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const running = await startTestCollector({}, folder);
  const target = { id: 'next', kind: 'otlp', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  const forwarder = createForwarder({
    targets: parseForward([target], 'forward'),
    collector: running.collector,
    file: running.file,
    ...{ instanceId: 'killed', version: '1.0.0', clock: running.clock, random: () => 0, log: silentLog, fetch },
  });
  await forwarder.run();
  expect(seen.sort()).toEqual(bodies.map((body) => body.toString('hex')).sort());
  await forwarder.close();
  server.close();
  server.closeAllConnections();
  await running.remove();
});
