/** Other bodies than plain protobuf traces: gzip, JSON, metrics; each sent once, made before, beside the naive pipeline. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Result {
  readonly records: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly failures: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const kinds = [
  ['gzip', 'spans'],
  ['json', 'spans'],
  ['metrics', 'points'],
] as const;

/** About a minute, most of it making the bodies. */
export async function kindsReport(): Promise<string> {
  const lines: string[] = [];
  for (const [kind, unit] of kinds) {
    const product = await measure('product', kind);
    const naive = await measure('naive', kind);
    const ratio = product.records / product.seconds / (naive.records / naive.seconds);
    lines.push(lineOf(`${kind}`, unit, product), lineOf('naive', unit, naive), `  ${kind}: ${ratio.toFixed(1)}×`);
  }
  return lines.join('\n');
}

function lineOf(name: string, unit: string, { records, bytes, seconds, failures, p50Ms, p99Ms }: Result): string {
  const rate = (records / seconds / 1_000).toFixed(0).padStart(6);
  const size = Math.round(bytes / records);
  return `${name.padEnd(8)}${rate} k ${unit}/s  ${size} B each as sent  reply p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms, ${failures} failed (n ${records})`;
}

async function measure(pipeline: 'product' | 'naive', kind: string): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-kinds-'));
  const server = start('./intake-server.ts', [pipeline, folder]);
  try {
    const { port } = await answerOf<{ port: number }>(server);
    const load = start('./prepared-load.ts', [String(port), kind, '32']);
    const result = await answerOf<Result>(load);
    load.kill();
    return result;
  } finally {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

function start(script: string, args: readonly string[]): ChildProcess {
  return fork(new URL(script, import.meta.url), [...args], { execArgv: ['--conditions=source'] });
}

function answerOf<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as T));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it answered`)));
  });
}
