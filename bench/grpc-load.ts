/** A load of OTLP/gRPC exports of 512 spans each: connections with several calls under way at a time. Arguments: port, seconds, connections. */
import { type ClientHttp2Session, connect } from 'node:http2';
import { systemClock } from '../src/kernel/clock.ts';
import { bodyBytes, randomMessage, renewIds, spansPerBody } from './span-bodies.ts';

const [port = 0, seconds = 4, connections = 8] = process.argv.slice(2).map(Number);
const callsAtATime = 4;
const path = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const prefix = Buffer.alloc(5);
prefix.writeUInt32BE(bodyBytes, 1);

let calls = 0;
let failures = 0;
const latenciesMs: number[] = [];
const startedMs = systemClock.monotonicMs();
const endsMs = startedMs + seconds * 1_000;

/** Resolves with the answer's status. */
function send(session: ClientHttp2Session, message: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    let status = '';
    const take = (headers: { readonly [name: string]: unknown }): void => {
      if (headers['grpc-status'] !== undefined) status = String(headers['grpc-status']);
    };
    stream.on('response', take);
    stream.on('trailers', take);
    stream.on('error', () => {});
    stream.on('close', () => resolve(status));
    stream.resume();
    stream.end(message);
  });
}

async function sendOneAfterTheOther(session: ClientHttp2Session): Promise<void> {
  const message = randomMessage(prefix);
  while (systemClock.monotonicMs() < endsMs) {
    renewIds(message);
    const sentMs = systemClock.monotonicMs();
    if ((await send(session, message)) === '0') calls += 1;
    else failures += 1;
    latenciesMs.push(systemClock.monotonicMs() - sentMs);
  }
}

const sessions = Array.from({ length: connections }, () => connect(`http://127.0.0.1:${port}`));
await Promise.all(
  sessions.flatMap((session) => Array.from({ length: callsAtATime }, () => sendOneAfterTheOther(session))),
);
const elapsed = (systemClock.monotonicMs() - startedMs) / 1_000;
for (const session of sessions) session.close();
latenciesMs.sort((left, right) => left - right);
const at = (share: number): number => latenciesMs[Math.floor(share * (latenciesMs.length - 1))] ?? 0;
process.send?.({ spans: calls * spansPerBody, seconds: elapsed, failures, p50Ms: at(0.5), p99Ms: at(0.99) });
