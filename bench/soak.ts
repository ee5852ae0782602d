/** Resident memory of the intake under a steady load for ten minutes. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const minutes = 10;

interface Usage {
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

/** Full load from 16 connections, a reading each minute. */
export async function soakReport(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-soak-'));
  const server = start('./intake-server.ts', ['product', folder]);
  try {
    const { port } = await answerOf<{ port: number }>(server);
    const readings: string[] = [];
    let spans = 0;
    for (let minute = 1; minute <= minutes; minute += 1) {
      const load = start('./intake-load.ts', [String(port), '60', '16']);
      const result = await answerOf<{ spans: number; failures: number }>(load);
      load.kill();
      spans += result.spans;
      server.send({ ask: 'usage' });
      const { rssBytes } = await answerOf<Usage>(server);
      readings.push(
        `minute ${minute}: ${Math.round(rssBytes / 1_048_576)} MiB, ${(spans / 1e6).toFixed(0)} M spans, ${result.failures} failed`,
      );
    }
    return readings.join('\n');
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
  });
}
