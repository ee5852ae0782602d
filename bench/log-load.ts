/** A load of log records: connections that each send a body, wait for the answer, and send the next. Arguments: port, encoding, seconds, connections. */
import { createConnection } from 'node:net';
import { systemClock } from '../src/kernel/clock.ts';
import { changeable, logBodies, recordsPerBody } from './log-data.ts';

const [port = '0', encoding = 'protobuf', seconds = '4', connections = '32'] = process.argv.slice(2);
const isJson = encoding === 'json';
const source = logBodies(11, systemClock.nowMs());
/** More than one frame holds, so that no frame sees a body twice. */
const messages = Array.from({ length: 96 }, () => messageOf(isJson ? source.json() : source.protobuf()));

interface Message {
  readonly bytes: Buffer;
  readonly changeableAt: number;
}

function messageOf(body: Buffer): Message {
  const type = isJson ? 'application/json' : 'application/x-protobuf';
  const head = `POST /v1/logs HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n`;
  const bytes = Buffer.concat([Buffer.from(head), body]);
  return { bytes, changeableAt: bytes.indexOf(isJson ? changeable : Buffer.from(changeable, 'hex')) };
}

let sent = 0;
let bodies = 0;
let bytes = 0;
let failures = 0;
let open = Number(connections);
const latenciesMs: number[] = [];
const startedMs = systemClock.monotonicMs();
const endsMs = startedMs + Number(seconds) * 1_000;

/** Never the same twice. A body is sent again only after all others, long after it was written to the socket. */
function next(): Message | undefined {
  const message = messages[sent % messages.length];
  sent += 1;
  if (isJson) message?.bytes.write(sent.toString(16).padStart(8, '0'), message.changeableAt, 'latin1');
  else message?.bytes.writeUInt32BE(sent, message.changeableAt);
  return message;
}

function connect(): void {
  const socket = createConnection(Number(port), '127.0.0.1');
  let sentMs = 0;
  let length = 0;
  const sendNext = (): void => {
    const message = systemClock.monotonicMs() >= endsMs ? undefined : next();
    if (message === undefined) {
      socket.destroy();
      return;
    }
    sentMs = systemClock.monotonicMs();
    length = message.bytes.length;
    socket.write(message.bytes);
  };
  socket.setNoDelay(true);
  socket.on('connect', sendNext);
  socket.on('data', (data) => {
    if (data.toString('latin1', 9, 12) === '200') {
      bodies += 1;
      bytes += length;
    } else failures += 1;
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
    records: bodies * recordsPerBody,
    bytes,
    seconds: (systemClock.monotonicMs() - startedMs) / 1_000,
    failures,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  });
}

for (let index = open; index > 0; index -= 1) connect();
