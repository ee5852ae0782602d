/** Sends the simulated past of Campus Connect to a collector's own intake and ends. */
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { durationBoundsSeconds } from 'seamwatch/instrument';
import { metricsBody, type Stretch } from './otlp.ts';
import { simulatedSeries } from './plan.ts';
import { tracesBody } from './traces.ts';

const usage = `Sends simulated history, marked synthetic, to a Seamwatch collector.

  node examples/campus/history/main.ts --from 2026-10-01T00:00:00Z --to 2026-10-31T00:00:00Z

  --endpoint URL     default http://127.0.0.1:4600
  --from, --to TIME  ISO 8601, half-open
  --until-stdin-ends ends when its standard input does
  --slow-since TIME  since when notifications have been slow; default: 16 days before --to
`;

const quarterMs = 900_000;
const traceKeepMs = 7 * 86_400_000;
const bodiesPerTrace = 4;

const { values } = parseArgs({
  options: {
    endpoint: { type: 'string', default: 'http://127.0.0.1:4600' },
    from: { type: 'string' },
    to: { type: 'string' },
    'slow-since': { type: 'string' },
    'until-stdin-ends': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help || values.from === undefined || values.to === undefined) {
  process.stdout.write(usage);
  process.exitCode = values.help ? 0 : 2;
} else {
  if (values['until-stdin-ends'])
    process.stdin
      .resume()
      .once('end', () => process.exit(1))
      .unref();
  const toMs = Date.parse(values.to);
  await sendHistory(
    values.endpoint,
    Date.parse(values.from),
    toMs,
    Date.parse(values['slow-since'] ?? '') || toMs - 16 * 86_400_000,
  );
}

async function sendHistory(endpoint: string, fromMs: number, toMs: number, slowSinceMs: number): Promise<void> {
  const series = simulatedSeries();
  const random = seeded(fromMs);
  let bodies = 0;
  for (const [index, stretch] of stretches(fromMs, toMs).entries()) {
    await post(
      `${endpoint}/v1/metrics`,
      metricsBody(series, stretch, { slowSinceMs, bounds: durationBoundsSeconds, random }),
    );
    bodies += 1;
    if (stretch.startMs >= toMs - traceKeepMs && index % bodiesPerTrace === 0) {
      await post(`${endpoint}/v1/traces`, tracesBody(stretch, { slowSinceMs, random }));
      bodies += 1;
    }
  }
  process.stdout.write(`${bodies} bodies, ${new Date(fromMs).toISOString()} to ${new Date(toMs).toISOString()}\n`);
}

/** Quarters of an hour on the clock; the first and the last may be shorter. Shorter than 1 s is left out. */
function stretches(fromMs: number, toMs: number): Stretch[] {
  const found: Stretch[] = [];
  for (let startMs = fromMs; startMs < toMs; ) {
    const endMs = Math.min(toMs, (Math.floor(startMs / quarterMs) + 1) * quarterMs);
    if (endMs - startMs >= 1_000) found.push({ startMs, endMs });
    startMs = endMs;
  }
  return found;
}

/** Sends one body; waits and tries again up to five times when the collector says it is busy. */
async function post(url: string, body: Uint8Array): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf', 'x-seamwatch-backfill': '1' },
      body: Buffer.from(body),
    });
    const text = Buffer.from(await answer.arrayBuffer()).toString('latin1');
    if (answer.status === 200 && text === '') return;
    if (answer.status !== 429 && answer.status !== 503)
      throw new Error(`${url} answered ${answer.status}: ${text.slice(0, 300)}`);
    await wait(1_000);
  }
  throw new Error(`${url} stayed busy; start it again later`);
}

/** mulberry32: the same start gives the same past. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
