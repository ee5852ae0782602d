/** The load of one kind of bodies: connections that each send one, wait for the answer, and send the next. Arguments: port, kind, prepared bodies. */
import { createConnection } from 'node:net';
import { systemClock } from '../src/kernel/clock.ts';
import { bodySource } from './patched-bodies.ts';

/** What came of `seconds` of load. */
export interface LoadResult {
  readonly records: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly failures: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const connections = 32;
const [port = '0', kind = 'gzip', prepared = '0'] = process.argv.slice(2);
const source = bodySource(kind, Number(prepared), systemClock.nowMs());
const headers = Object.entries(source.headers).map(([name, value]) => `${name}: ${value}\r\n`);
const head = `POST ${source.path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${headers.join('')}`;

/** Sends until the time is up or there are no more bodies. */
function run(seconds: number): Promise<LoadResult> {
  const total = { bodies: 0, bytes: 0, failures: 0, open: connections };
  const latenciesMs: number[] = [];
  const startedMs = systemClock.monotonicMs();
  const endsMs = startedMs + seconds * 1_000;
  return new Promise((resolve) => {
    const connect = (connection: number): void => {
      const socket = createConnection(Number(port), '127.0.0.1');
      let sentMs = 0;
      let length = 0;
      const sendNext = (): void => {
        const body = systemClock.monotonicMs() >= endsMs ? null : source.next(connection);
        if (body === null) {
          socket.destroy();
          return;
        }
        sentMs = systemClock.monotonicMs();
        length = body.length;
        socket.cork();
        socket.write(`${head}content-length: ${length}\r\n\r\n`);
        socket.write(body);
        socket.uncork();
      };
      socket.setNoDelay(true);
      socket.on('connect', sendNext);
      socket.on('data', (data) => {
        if (data.toString('latin1', 9, 12) === '200') {
          total.bodies += 1;
          total.bytes += length;
        } else total.failures += 1;
        latenciesMs.push(systemClock.monotonicMs() - sentMs);
        sendNext();
      });
      socket.on('error', () => {
        total.failures += 1;
      });
      socket.on('close', () => {
        total.open -= 1;
        if (total.open > 0) return;
        latenciesMs.sort((left, right) => left - right);
        const at = (share: number): number => latenciesMs[Math.floor(share * (latenciesMs.length - 1))] ?? 0;
        resolve({
          ...{ records: total.bodies * source.recordsPerBody, bytes: total.bytes, failures: total.failures },
          ...{ seconds: (systemClock.monotonicMs() - startedMs) / 1_000, p50Ms: at(0.5), p99Ms: at(0.99) },
        });
      });
    };
    for (let index = 0; index < connections; index += 1) connect(index);
  });
}

process.on('message', ({ seconds }: { readonly seconds: number }) => {
  void run(seconds).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });
