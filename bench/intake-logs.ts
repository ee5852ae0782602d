/** Log records end to end and durable, beside a decoder to objects and a row per record; then searches among two million of them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerOf, startScript } from './child.ts';
import { logSearchReport } from './log-search.ts';

interface LoadResult {
  readonly records: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly failures: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

interface Row extends LoadResult {
  readonly cpuSecondsPerMillion: number;
}

const warmUpSeconds = 2;
const rounds = 3;
const searched = 2_000_000;

/** About a minute and a half: both pipelines by turns, three times, from another process over 32 connections, 512 records a body. */
export async function logsReport(): Promise<string> {
  const lines: string[] = [];
  for (const encoding of ['protobuf', 'json']) {
    const product: Row[] = [];
    const naive: Row[] = [];
    for (let round = 0; round < rounds; round += 1) {
      product.push(await measure('product', encoding));
      naive.push(await measure('naive', encoding));
    }
    const [ours, theirs] = [middleOf(product), middleOf(naive)];
    const ratio = theirs.cpuSecondsPerMillion / ours.cpuSecondsPerMillion;
    lines.push(
      lineOf(encoding, ours),
      lineOf('naive', theirs),
      `  ${encoding}: ${ratio.toFixed(1)}× less CPU a record`,
    );
  }
  return [...lines, ...logSearchReport(searched)].join('\n');
}

async function measure(pipeline: 'product' | 'naive', encoding: string): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-logs-'));
  const server = startScript('./intake-server.ts', [pipeline, folder]);
  try {
    const { port } = await answerOf<{ port: number }>(server);
    await load(port, encoding, warmUpSeconds);
    server.send({ ask: 'reset' });
    const result = await load(port, encoding, 3);
    server.send({ ask: 'usage' });
    const { cpuSeconds } = await answerOf<{ cpuSeconds: number }>(server);
    return { ...result, cpuSecondsPerMillion: cpuSeconds / (result.records / 1e6) };
  } finally {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

function lineOf(name: string, { records, bytes, seconds, failures, p50Ms, p99Ms, ...row }: Row): string {
  const rate = (records / seconds / 1_000).toFixed(0).padStart(5);
  const perCore = (1_000 / row.cpuSecondsPerMillion).toFixed(0);
  const size = `${Math.round(bytes / records)} B each as sent`;
  return `${name.padEnd(9)}${rate} k records/s, ${row.cpuSecondsPerMillion.toFixed(2)} CPU-s per M (${perCore} k a core-second), ${size}, reply p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms, ${failures} failed`;
}

/** By CPU, which other work on the machine disturbs least. */
function middleOf(rows: readonly Row[]): Row {
  const sorted = [...rows].sort((left, right) => left.cpuSecondsPerMillion - right.cpuSecondsPerMillion);
  const middle = sorted[rows.length >> 1];
  if (middle === undefined) throw new RangeError('no rounds were measured');
  return middle;
}

async function load(port: number, encoding: string, seconds: number): Promise<LoadResult> {
  const child = startScript('./log-load.ts', [String(port), encoding, String(seconds), '32']);
  const result = await answerOf<LoadResult>(child);
  child.kill();
  return result;
}

if (process.argv[1] === new URL(import.meta.url).pathname) process.stdout.write(`${await logsReport()}\n`);
