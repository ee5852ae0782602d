/** Spans over gRPC, end to end and durable, beside a service that decodes to objects and stores a row per span. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerOf, startScript } from './child.ts';

interface Row {
  readonly spans: number;
  readonly seconds: number;
  readonly failures: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuSecondsPerMillion: number;
}

const rounds = 3;
const connections = 8;

/** About half a minute: both pipelines by turns, three times, from another process with 8 connections of 4 calls each. */
export async function grpcReport(): Promise<string> {
  const product: Row[] = [];
  const naive: Row[] = [];
  for (let round = 0; round < rounds; round += 1) {
    product.push(await measure('product'));
    naive.push(await measure('naive'));
  }
  const [ours, theirs] = [middleOf(product), middleOf(naive)];
  const bySpeed = ours.spans / ours.seconds / (theirs.spans / theirs.seconds);
  const byCpu = theirs.cpuSecondsPerMillion / ours.cpuSecondsPerMillion;
  return [
    lineOf('product', ours),
    lineOf('naive', theirs),
    `product / naive ${bySpeed.toFixed(1)}× as fast, ${byCpu.toFixed(1)}× less CPU a span`,
  ].join('\n');
}

function lineOf(name: string, { spans, seconds, failures, p50Ms, p99Ms, cpuSecondsPerMillion }: Row): string {
  const rate = (spans / seconds / 1_000).toFixed(0).padStart(6);
  return `${name.padEnd(8)}${rate} k spans/s  ${cpuSecondsPerMillion.toFixed(2)} CPU-s/M  reply p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms, ${failures} failed`;
}

async function measure(pipeline: 'product' | 'naive'): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-grpc-'));
  const server = startScript('./grpc-server.ts', [pipeline, folder]);
  try {
    const { port } = await answerOf<{ port: number }>(server);
    await load(port, 1);
    server.send({ ask: 'reset' });
    const result = await load(port, 3);
    server.send({ ask: 'usage' });
    const { cpuSeconds } = await answerOf<{ cpuSeconds: number }>(server);
    return { ...result, cpuSecondsPerMillion: cpuSeconds / (result.spans / 1e6) };
  } finally {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** By CPU, which other work on the machine disturbs least. */
function middleOf(rows: readonly Row[]): Row {
  const sorted = [...rows].sort((left, right) => left.cpuSecondsPerMillion - right.cpuSecondsPerMillion);
  const middle = sorted[rows.length >> 1];
  if (middle === undefined) throw new RangeError('no rounds were measured');
  return middle;
}

async function load(port: number, seconds: number): Promise<Omit<Row, 'cpuSecondsPerMillion'>> {
  const child = startScript('./grpc-load.ts', [String(port), String(seconds), String(connections)]);
  const result = await answerOf<Omit<Row, 'cpuSecondsPerMillion'>>(child);
  child.kill();
  return result;
}

if (process.argv[1] === new URL(import.meta.url).pathname) process.stdout.write(`${await grpcReport()}\n`);
