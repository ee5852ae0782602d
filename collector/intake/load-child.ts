/**
 * Sends load from a process of its own, for tests. Arguments: URL, requests a second (0: as many as 4 connections can), seconds, number
 * of the first body. Prints one JSON line: {@link LoadResult}.
 */
import { Agent, request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { systemClock } from '../../src/kernel/clock.ts';
import { sleep } from '../../src/kernel/schedule.ts';

/** What came back. Latencies in ms. */
export interface LoadResult {
  readonly sent: number;
  readonly seconds: number;
  /** By HTTP status; 0 when there was no answer. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly refusedP50Ms: number;
  readonly refusedP99Ms: number;
  readonly storedP99Ms: number;
  /** Numbers of bodies that were answered 200. */
  readonly stored: readonly number[];
}

/** Spans in each body: so many that storing it costs far more than sending it. */
export const spansPerBody = 2_048;

/** Of body `number`. */
export function traceIdOf(number: number): string {
  return (number + 1).toString(16).padStart(32, '0');
}

const tickMs = 5;
const mostOutstanding = 1_500;

function spanText(traceId: string, index: number, nowMs: number): string {
  const start = BigInt(Math.round(nowMs)) * 1_000_000n;
  const attributes = Array.from({ length: 6 }, (_, at) => ({
    key: `attribute.number.${at}`,
    value: { stringValue: `value ${index * 6 + at}` },
  }));
  return JSON.stringify({
    traceId,
    spanId: (index + 1).toString(16).padStart(16, '0'),
    name: 'GET /api/feed',
    kind: 1,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + 5_000_000n),
    attributes,
  });
}

/** A body is a gzip member of its own span, which makes it unlike all others, and one of spans that are the same in all. */
function bodyMaker(): (number: number) => Buffer {
  const nowMs = systemClock.nowMs();
  const common = Array.from({ length: spansPerBody - 1 }, (_, index) => spanText('f'.repeat(32), index, nowMs));
  const tail = gzipSync(`${common.join(',')}]}]}]}`);
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'load' } }] };
  const head = `{"resourceSpans":[{"resource":${JSON.stringify(resource)},"scopeSpans":[{"spans":[`;
  return (number) => Buffer.concat([gzipSync(`${head}${spanText(traceIdOf(number), 0, nowMs)},`, { level: 1 }), tail]);
}

/** Sends bodies and remembers what became of them. */
class Load {
  readonly statuses: Record<string, number> = {};
  readonly refusedMs: number[] = [];
  readonly storedMs: number[] = [];
  readonly stored: number[] = [];
  sent = 0;
  outstanding = 0;
  readonly #url: string;
  readonly #first: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: mostOutstanding });
  readonly #makeBody = bodyMaker();

  constructor(url: string, first: number) {
    this.#url = url;
    this.#first = first;
  }

  /** Resolves with the answer. */
  send(): Promise<void> {
    const number = this.#first + this.sent;
    const body = this.#makeBody(number);
    const startMs = systemClock.monotonicMs();
    this.sent += 1;
    this.outstanding += 1;
    return new Promise((resolve) => {
      const done = (status: number): void => {
        this.#note(number, status, systemClock.monotonicMs() - startMs);
        resolve();
      };
      const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip', 'content-length': body.length };
      const call = request(this.#url, { method: 'POST', agent: this.#agent, headers }, (response) => {
        response.resume().once('end', () => done(response.statusCode ?? 0));
      });
      call.once('error', () => done(0));
      call.end(body);
    });
  }

  async finish(): Promise<void> {
    while (this.outstanding > 0) await sleep(tickMs);
    this.#agent.destroy();
  }

  #note(number: number, status: number, tookMs: number): void {
    this.outstanding -= 1;
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    if (status === 200) {
      this.stored.push(number);
      this.storedMs.push(tookMs);
    } else this.refusedMs.push(tookMs);
  }
}

async function run(url: string, rate: number, seconds: number, first: number): Promise<LoadResult> {
  const load = new Load(url, first);
  const startMs = systemClock.monotonicMs();
  const elapsed = (): number => (systemClock.monotonicMs() - startMs) / 1_000;
  const sendOnAndOn = async (): Promise<void> => {
    while (elapsed() < seconds) await load.send();
  };
  if (rate === 0) await Promise.all([sendOnAndOn(), sendOnAndOn(), sendOnAndOn(), sendOnAndOn()]);
  while (elapsed() < seconds) {
    const due = Math.min(Math.floor(elapsed() * rate) - load.sent, mostOutstanding - load.outstanding);
    for (let index = 0; index < due; index += 1) void load.send();
    await sleep(tickMs);
  }
  const tookSeconds = elapsed();
  await load.finish();
  const { sent, statuses, stored, refusedMs, storedMs } = load;
  return {
    sent,
    seconds: tookSeconds,
    statuses,
    refusedP50Ms: quantile(refusedMs, 0.5),
    refusedP99Ms: quantile(refusedMs, 0.99),
    storedP99Ms: quantile(storedMs, 0.99),
    stored,
  };
}

function quantile(values: number[], share: number): number {
  values.sort((left, right) => left - right);
  return Math.round(values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0);
}

const [url, rate, seconds, first] = process.argv.slice(2);
if (url !== undefined) {
  const result = await run(url, Number(rate), Number(seconds), Number(first));
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
