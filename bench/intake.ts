/** Spans per second, end to end and durable, beside the naive pipeline in the same run. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerOf, startScript } from './child.ts';

/** One line of the result. */
export interface IntakeRow {
  readonly pipeline: 'product' | 'naive';
  readonly spansPerSecond: number;
  readonly cpuSecondsPerMillion: number;
  readonly rssMiB: number;
  readonly bytesPerSpan: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failures: number;
}

interface LoadResult {
  readonly spans: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly failures: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const warmUpSeconds = 2;

/** About 15 s: the product for 8, the naive pipeline for 5, 64 connections from another process, bodies of 512 spans. */
export async function benchIntake(): Promise<{ readonly rows: readonly IntakeRow[]; readonly ratio: number }> {
  const product = await measure('product', 6);
  const naive = await measure('naive', 4);
  return { rows: [product, naive], ratio: product.spansPerSecond / naive.spansPerSecond };
}

async function measure(pipeline: IntakeRow['pipeline'], seconds: number): Promise<IntakeRow> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-intake-'));
  const server = startScript('./intake-server.ts', [pipeline, folder]);
  try {
    const { port } = await answerOf<{ port: number }>(server);
    await load(port, warmUpSeconds / 2);
    server.send({ ask: 'reset' });
    const result = await load(port, seconds);
    server.send({ ask: 'usage' });
    const usage = await answerOf<{ cpuSeconds: number; rssBytes: number }>(server);
    const total = result.spans * (1 + warmUpSeconds / 2 / seconds);
    return {
      pipeline,
      spansPerSecond: Math.round(result.spans / result.seconds),
      cpuSecondsPerMillion: round(usage.cpuSeconds / (result.spans / 1e6)),
      rssMiB: Math.round(usage.rssBytes / 1_048_576),
      bytesPerSpan: Math.round(databaseBytes(folder) / total),
      p50Ms: round(result.p50Ms),
      p99Ms: round(result.p99Ms),
      failures: result.failures,
    };
  } finally {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

async function load(port: number, seconds: number): Promise<LoadResult> {
  const child = startScript('./intake-load.ts', [String(port), String(seconds), '64']);
  const result = await answerOf<LoadResult>(child);
  child.kill();
  return result;
}

function databaseBytes(folder: string): number {
  const files = readdirSync(folder).filter((name) => name.endsWith('.db'));
  return files.reduce((total, name) => total + statSync(join(folder, name)).size, 0);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const { rows, ratio } = await benchIntake();
  process.stdout.write(`${JSON.stringify({ rows, ratio: round(ratio) }, null, 1)}\n`);
}
