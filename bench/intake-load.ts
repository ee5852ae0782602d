/** The load: keep-alive connections that each send a body, wait for the answer, and send the next. Arguments: port, seconds, connections. */
import { createConnection } from 'node:net';
import { systemClock } from '../src/kernel/clock.ts';
import { bodyBytes, randomMessage, renewIds, spansPerBody } from './span-bodies.ts';

const [port = 0, seconds = 5, connections = 64] = process.argv.slice(2).map(Number);
const head = Buffer.from(
  `POST /v1/traces HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/x-protobuf\r\ncontent-length: ${bodyBytes}\r\n\r\n`,
);

let bodies = 0;
let failures = 0;
const latenciesMs: number[] = [];
const startedMs = systemClock.monotonicMs();
const endsMs = startedMs + seconds * 1_000;
let open = connections;

function connect(): void {
  const message = randomMessage(head);
  const socket = createConnection(port, '127.0.0.1');
  let sentMs = 0;
  const sendNext = (): void => {
    if (systemClock.monotonicMs() >= endsMs) {
      socket.destroy();
      return;
    }
    renewIds(message);
    sentMs = systemClock.monotonicMs();
    socket.write(message);
  };
  socket.setNoDelay(true);
  socket.on('connect', sendNext);
  socket.on('data', (data) => {
    if (data.toString('latin1', 9, 12) === '200') bodies += 1;
    else failures += 1;
    latenciesMs.push(systemClock.monotonicMs() - sentMs);
    sendNext();
  });
  socket.on('error', () => {
    failures += 1;
  });
  socket.on('close', () => {
    open -= 1;
    if (open === 0) finish();
  });
}

function finish(): void {
  latenciesMs.sort((left, right) => left - right);
  const at = (share: number): number => latenciesMs[Math.floor(share * (latenciesMs.length - 1))] ?? 0;
  process.send?.({
    spans: bodies * spansPerBody,
    bytes: bodies * bodyBytes,
    seconds: (systemClock.monotonicMs() - startedMs) / 1_000,
    failures,
    cpuSeconds: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  });
}

for (let index = 0; index < connections; index += 1) connect();
