/** Resident memory of the whole product over 30 days of 10,000 series, at rest and under a modest load, beside slices as objects. */
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../src/kernel/clock.ts';
import { AppError } from '../src/kernel/errors.ts';
import { sleep } from '../src/kernel/schedule.ts';
import { buildHistory, historyDays, seriesCount } from './memory-data.ts';
import type { ThreadMemory } from './memory-probe.ts';

const loadSeconds = 60;
const spansPerSecond = 20_000;
const restMs = 35_000;
const startDeadlineMs = 300_000;

/** One look at the process. KiB as the kernel counts them: `file` are pages of mapped files, which it may take back at any time. */
interface Look {
  readonly rss: number;
  readonly peak: number;
  readonly anonymous: number;
  readonly file: number;
  readonly threads: readonly ThreadMemory[];
}

/** Several minutes and some 2 GB of disk, both given back. */
export async function memoryReport(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-memory-'));
  try {
    const built = await buildHistory(join(folder, 'seamwatch.db'), systemClock.nowMs(), () =>
      systemClock.monotonicMs(),
    );
    const head = `${built.series} series, ${historyDays} days, ${(built.slices / 1e6).toFixed(1)} M slices in ${mebibytes(built.bytes / 1_024)} on disk, built in ${built.seconds.toFixed(0)} s`;
    return [head, ...(await measure(folder)), naiveLine()].join('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Starts `serve` over the directory and looks at it: after a few ticks, and after a minute of load. */
export async function measure(folder: string): Promise<readonly string[]> {
  rmSync(join(folder, 'run.json'), { force: true });
  const begunMs = systemClock.monotonicMs();
  const process = startProduct(folder);
  try {
    const url = await addressOf(folder, begunMs);
    const startSeconds = (systemClock.monotonicMs() - begunMs) / 1_000;
    await sleep(restMs);
    const rest = await look(process);
    const load = fork(
      new URL('./memory-load.ts', import.meta.url),
      [url, String(loadSeconds), String(spansPerSecond)],
      {
        execArgv: ['--conditions=source'],
      },
    );
    const result = await answerOf<{ spans: number; exports: number; failures: number; p99Ms: number }>(load);
    const loaded = await look(process);
    const wal = statSync(join(folder, 'seamwatch.db-wal')).size;
    return [
      `started in ${startSeconds.toFixed(1)} s`,
      ...linesOf('at rest, after some ticks', rest),
      ...linesOf(
        `after ${loadSeconds} s of ${(result.spans / loadSeconds / 1_000).toFixed(0)} k spans/s and ${result.exports} exports of ${seriesCount} series (${result.failures} failed, reply p99 ${result.p99Ms.toFixed(0)} ms, log ${mebibytes(wal / 1_024)})`,
        loaded,
      ),
    ];
  } finally {
    process.kill('SIGKILL');
  }
}

function startProduct(folder: string): ChildProcess {
  const probe = new URL('./memory-probe.ts', import.meta.url).href;
  const ports = ['--port', '0', '--otlp-port', '0', '--otlp-grpc-port', '0'];
  return fork(new URL('../src/cli/main.ts', import.meta.url), ['serve', '--data', folder, ...ports], {
    cwd: folder,
    execArgv: ['--conditions=source', '--import', probe],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

/** From `run.json`, which is written when everything listens. */
async function addressOf(folder: string, begunMs: number): Promise<string> {
  const file = join(folder, 'run.json');
  while (!existsSync(file)) {
    if (systemClock.monotonicMs() - begunMs > startDeadlineMs) {
      throw new AppError(
        'UNAVAILABLE',
        `serve did not start within ${startDeadlineMs / 1_000} s; see its messages above`,
      );
    }
    await sleep(100);
  }
  const run: { url: string } = JSON.parse(readFileSync(file, 'utf8'));
  return run.url;
}

async function look(child: ChildProcess): Promise<Look> {
  child.send('threads');
  const threads = await answerOf<readonly ThreadMemory[]>(child);
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  const read = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  return { rss: read('VmRSS'), peak: read('VmHWM'), anonymous: read('RssAnon'), file: read('RssFile'), threads };
}

function linesOf(when: string, { rss, peak, anonymous, file, threads }: Look): string[] {
  const heaps = [...threads]
    .sort((left, right) => left.thread - right.thread)
    .map(
      ({ thread, heapUsed, heapTotal, external }) =>
        `${thread === 0 ? 'main' : `thread ${thread}`} heap ${mebibytes(heapUsed / 1_024)} of ${mebibytes(heapTotal / 1_024)}, outside ${mebibytes(external / 1_024)}`,
    );
  return [
    `${when}: RSS ${mebibytes(rss)} (own ${mebibytes(anonymous)}, mapped files ${mebibytes(file)}), peak ${mebibytes(peak)}`,
    `  ${heaps.join('; ')}`,
  ];
}

/** The same slices as an object each in a Map, a tenth of the series for one day, scaled. Needs --expose-gc for a sharp figure. */
function naiveLine(): string {
  const collect = (): void => (globalThis as { gc?: () => void }).gc?.();
  const share = 10;
  collect();
  const before = process.memoryUsage().heapUsed;
  const history = new Map<number, Map<number, object>>();
  for (let series = 0; series < seriesCount / share; series += 1) {
    const slices = new Map<number, object>();
    for (let slot = 0; slot < 96; slot += 1) {
      const counts = Array.from({ length: 33 }, (_, bucket) => (bucket > 3 && bucket < 9 ? slot : 0));
      slices.set(slot * 900_000, {
        seriesId: series,
        startMs: slot * 900_000,
        durationMs: 900_000,
        counts,
        sum: slot / 7,
        max: null,
      });
    }
    history.set(series, slices);
  }
  collect();
  const day = ((process.memoryUsage().heapUsed - before) * share) / 1_024;
  return `naive: one object a slice in a Map, 15 min slices only: ${mebibytes(day)} a day, ${mebibytes(day * historyDays)} for ${historyDays} days (${history.size} series for one day measured, scaled)`;
}

function answerOf<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as T));
    child.once('error', reject);
    child.once('exit', (code) => reject(new AppError('UNAVAILABLE', `a process of the bench has ended with ${code}`)));
  });
}

function mebibytes(kibibytes: number): string {
  return `${Math.round(kibibytes / 1_024)} MiB`;
}

if (import.meta.main) process.stdout.write(`${await memoryReport()}\n`);
