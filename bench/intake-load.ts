/** The load: keep-alive connections that each send a body, wait for the answer, and send the next. Arguments: port, seconds, connections. */
import { createConnection } from 'node:net';
import { sampleTraces } from '../collector/intake/otlp-samples.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { seededRandom } from '../src/kernel/ids.ts';

const [port = 0, seconds = 5, connections = 64] = process.argv.slice(2).map(Number);
const spansPerBody = 512;
const spansPerTrace = 8;
const domains = ['feed', 'chat', 'search', 'notifications', 'profile', 'media'];
const operations = ['load', 'create', 'send', 'query', 'list'];
const random = seededRandom(7);

/** Ids that are patched are found by their fixed upper bytes. */
function template(): Buffer {
  const spans = Array.from({ length: spansPerBody }, (_, index) => ({
    traceId: 'c0ffee00c0ffee000000000000000000',
    spanId: 'c0ffee01c0ffee01',
    parentSpanId: 'c0ffee02c0ffee02',
    name: `${domains[index % 6]}.${operations[index % 5]}`,
    kind: index % spansPerTrace === 0 ? 2 : 1,
    startMs: systemClock.nowMs() - 1_000,
    durationMs: Math.floor(random() * 400_000) / 1_000,
    status: index % 50 === 0 ? 2 : 0,
    attributes: {
      'seam.domain': domains[index % 6] ?? '',
      'seam.operation': operations[index % 5] ?? '',
      'seam.correlation_id': 'c0ffee03c0ffee03-8000-0000-000000000',
      entry: index % spansPerTrace === 0,
      outcome: index % 50 === 0 ? 'error' : 'ok',
      'http.route': '/api/things/:id',
      'code.function': 'handleRequestOfThings',
      'user.hash': 'b5bb9d8014a0f9b1',
    },
  }));
  return sampleTraces(
    { 'service.name': 'campus', 'service.instance.id': 'bench-1', 'telemetry.sdk.name': 'opentelemetry' },
    spans,
  );
}

const body = template();
const positions = (text: Buffer): number[] => {
  const found: number[] = [];
  for (let at = body.indexOf(text); at >= 0; at = body.indexOf(text, at + 1)) found.push(at);
  return found;
};
const places = {
  trace: positions(Buffer.from('c0ffee00c0ffee00', 'hex')),
  span: positions(Buffer.from('c0ffee01c0ffee01', 'hex')),
  parent: positions(Buffer.from('c0ffee02c0ffee02', 'hex')),
  correlation: positions(Buffer.from('c0ffee03c0ffee03-')),
};
const head = Buffer.from(
  `POST /v1/traces HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/x-protobuf\r\ncontent-length: ${body.length}\r\n\r\n`,
);
const next = (): number => Math.floor(random() * 2 ** 32) | 0;

/** One connection's body, every id in it random to the last byte, and where the first words of its ids are. */
function randomMessage(): Buffer {
  const message = Buffer.concat([head, body]);
  const wordsOf = (count: number): number[] => Array.from({ length: count }, next);
  for (let index = 0; index < spansPerBody; index += spansPerTrace) {
    const trace = wordsOf(4);
    const correlation = wordsOf(2).map(hexOf).join('');
    for (let span = index; span < index + spansPerTrace; span += 1) {
      writeWords(message, placeOf(places.trace, span), trace);
      writeWords(message, placeOf(places.span, span), wordsOf(2));
      writeWords(message, placeOf(places.parent, span), wordsOf(2));
      message.write(correlation, placeOf(places.correlation, span), 'latin1');
    }
  }
  return message;
}

let counter = 0;

/** A new first word for every id, so that no id is sent twice. */
function patch(message: Buffer): void {
  let trace = 0;
  let text = '';
  let parent = 0;
  for (let index = 0; index < spansPerBody; index += 1) {
    counter = (counter + 0x6d2b79f5) | 0;
    if (index % spansPerTrace === 0) {
      trace = Math.imul(counter ^ (counter >>> 15), 0x2c1b3c6d);
      text = hexOf(trace);
    }
    message.writeInt32LE(trace, placeOf(places.trace, index));
    message.writeInt32LE(counter, placeOf(places.span, index));
    message.writeInt32LE(parent, placeOf(places.parent, index));
    message.write(text, placeOf(places.correlation, index), 8, 'latin1');
    parent = counter;
  }
}

function placeOf(positions: readonly number[], index: number): number {
  return head.length + (positions[index] ?? 0);
}

function writeWords(message: Buffer, at: number, words: readonly number[]): void {
  for (let index = 0; index < words.length; index += 1) message.writeInt32LE(words[index] ?? 0, at + index * 4);
}

function hexOf(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}

let bodies = 0;
let failures = 0;
const latenciesMs: number[] = [];
const startedMs = systemClock.monotonicMs();
const endsMs = startedMs + seconds * 1_000;
let open = connections;

function connect(): void {
  const message = randomMessage();
  const socket = createConnection(port, '127.0.0.1');
  let sentMs = 0;
  const sendNext = (): void => {
    if (systemClock.monotonicMs() >= endsMs) {
      socket.destroy();
      return;
    }
    patch(message);
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
    bytes: bodies * body.length,
    seconds: (systemClock.monotonicMs() - startedMs) / 1_000,
    failures,
    cpuSeconds: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  });
}

for (let index = 0; index < connections; index += 1) connect();
