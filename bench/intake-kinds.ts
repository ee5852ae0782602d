/** Other bodies than plain protobuf traces: gzip, JSON, metrics; over loopback to durable, beside the naive pipeline of the same run. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerOf, startScript } from './child.ts';
import type { LoadResult } from './patched-load.ts';

interface Row extends LoadResult {
  /** Of the whole server process. */
  readonly cpuMicros: number;
}

/** How many gzip bodies each pipeline may use up in the time; the others are made while they are sent. */
const prepared = { product: 4_000, naive: 700 } as const;
const warmUpSeconds = 1.5;
const measuredSeconds = 3;
const kinds = [
  ['gzip', 'span'],
  ['json', 'span'],
  ['metrics', 'point'],
] as const;

/** Less than a minute: a second and a half to warm up and three that count, for each kind and pipeline, over 32 connections. */
export async function kindsReport(): Promise<string> {
  const lines: string[] = [];
  for (const [kind, unit] of kinds) {
    const product = await measure('product', kind);
    const naive = await measure('naive', kind);
    const speed = product.records / product.seconds / (naive.records / naive.seconds);
    const cpu = naive.cpuMicros / product.cpuMicros;
    lines.push(lineOf(kind, unit, product), lineOf('naive', unit, naive));
    lines.push(`  ${kind}: ${speed.toFixed(1)}× as fast, ${cpu.toFixed(1)}× less CPU`);
  }
  return lines.join('\n');
}

function lineOf(name: string, unit: string, row: Row): string {
  const { records, bytes, seconds, failures, p50Ms, p99Ms, cpuMicros } = row;
  const rate = (records / seconds / 1_000).toFixed(0).padStart(6);
  const each = `${cpuMicros.toFixed(2)} µs CPU a ${unit}, ${Math.round(bytes / records)} B each as sent`;
  return `${name.padEnd(8)}${rate} k ${unit}s/s  ${each}  reply p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms, ${failures} failed (n ${records})`;
}

async function measure(pipeline: keyof typeof prepared, kind: string): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-kinds-'));
  const server = startScript('./intake-server.ts', [pipeline, folder]);
  const { port } = await answerOf<{ port: number }>(server);
  const load = startScript('./patched-load.ts', [String(port), kind, String(prepared[pipeline])]);
  try {
    await answerOf(load);
    load.send({ seconds: warmUpSeconds });
    await answerOf(load);
    server.send({ ask: 'reset' });
    load.send({ seconds: measuredSeconds });
    const result = await answerOf<LoadResult>(load);
    server.send({ ask: 'usage' });
    const { cpuSeconds } = await answerOf<{ cpuSeconds: number }>(server);
    return { ...result, cpuMicros: (cpuSeconds * 1e6) / result.records };
  } finally {
    load.kill();
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === new URL(import.meta.url).pathname) process.stdout.write(`${await kindsReport()}\n`);
