/** A steady load: spans at a rate, and every ten seconds all series once. Arguments: URL of the instance, seconds, spans a second. */
import { Agent, request as httpRequest } from 'node:http';
import { sampleTraces } from '../collector/intake/otlp-samples.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { seededRandom } from '../src/kernel/ids.ts';
import { sleep } from '../src/kernel/schedule.ts';
import { exportBodies } from './memory-data.ts';

const [url = '', seconds = '60', rate = '20000'] = process.argv.slice(2);
const spansPerBody = 512;
const exportEveryMs = 10_000;
const random = seededRandom(13);
const agent = new Agent({ keepAlive: true, maxSockets: 16 });
const startedMs = systemClock.nowMs();
const latenciesMs: number[] = [];
let spans = 0;
let failures = 0;

function spansBody(): Buffer {
  const nowMs = systemClock.nowMs();
  let traceId = '';
  const list = Array.from({ length: spansPerBody }, (_, index) => {
    if (index % 8 === 0) traceId = hex(32);
    return {
      traceId,
      spanId: hex(16),
      parentSpanId: hex(16),
      name: `domain${index % 6}.operation${index % 5}`,
      startMs: nowMs - 500,
      durationMs: Math.floor(random() * 400_000) / 1_000,
      attributes: {
        'seam.domain': index % 2 === 0 ? 'feed' : 'search',
        'seam.operation': `operation${index % 5}`,
        'seam.correlation_id': `req-${traceId.slice(0, 16)}`,
        entry: index % 8 === 0,
        outcome: 'ok',
      },
    };
  });
  return sampleTraces({ 'service.name': 'campus', 'service.instance.id': 'bench-1' }, list);
}

function hex(digits: number): string {
  let text = '';
  while (text.length < digits) text += (Math.floor(random() * 2 ** 32) >>> 0).toString(16).padStart(8, '0');
  return text.slice(0, digits);
}

/** Resolves when it was answered, whatever the answer. */
function post(path: string, body: Buffer): Promise<void> {
  const sentMs = systemClock.monotonicMs();
  const headers = { 'content-type': 'application/x-protobuf', 'content-length': body.length };
  return new Promise((resolve) => {
    const sending = httpRequest(`${url}${path}`, { agent, method: 'POST', headers }, (response) => {
      if (response.statusCode !== 200) failures += 1;
      response.resume().on('end', () => {
        latenciesMs.push(systemClock.monotonicMs() - sentMs);
        resolve();
      });
    });
    sending.on('error', () => {
      failures += 1;
      resolve();
    });
    sending.end(body);
  });
}

const endsMs = systemClock.monotonicMs() + Number(seconds) * 1_000;
let nextSpansMs = systemClock.monotonicMs();
let nextExportMs = nextSpansMs;
let round = 0;
while (systemClock.monotonicMs() < endsMs) {
  const nowMs = systemClock.monotonicMs();
  if (nowMs >= nextExportMs) {
    round += 1;
    nextExportMs += exportEveryMs;
    for (const body of exportBodies(startedMs, systemClock.nowMs(), round)) await post('/v1/metrics', body);
  }
  if (nowMs >= nextSpansMs) {
    nextSpansMs += (spansPerBody / Number(rate)) * 1_000;
    spans += spansPerBody;
    await post('/v1/traces', spansBody());
  } else await sleep(Math.min(nextSpansMs, nextExportMs) - nowMs);
}
latenciesMs.sort((left, right) => left - right);
process.send?.({ spans, exports: round, failures, p99Ms: latenciesMs[Math.floor(latenciesMs.length * 0.99)] ?? 0 });
agent.destroy();
process.disconnect?.();
