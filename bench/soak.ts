/** Resident memory of the intake under full load for ten minutes: a line a minute, and whether it grows. */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../src/kernel/errors.ts';
import { answerOf, startScript } from './child.ts';

const usualMinutes = 10;
/** The first minute fills pools and caches; the fit begins after it. */
const firstFitted = 2;

/** Of one minute. */
export interface SoakReading {
  readonly minute: number;
  readonly rssMiB: number;
  readonly walMiB: number;
  readonly thousandPerSecond: number;
  readonly p99Ms: number;
  readonly failures: number;
}

/** Of the readings from minute 2 on: the slope by least squares, its standard error, and n; null with fewer than four. */
export interface Growth {
  readonly mibPerMinute: number;
  readonly standardError: number;
  readonly n: number;
}

/**
 * Full load from 16 connections; each minute is written as soon as it is over. `minutes` is also the script's argument
 * (`node bench/soak.ts 3`) and the variable SOAK_MINUTES.
 */
export async function soakReport(
  minutes = Number(process.env.SOAK_MINUTES ?? usualMinutes),
  write: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
): Promise<string> {
  if (!Number.isInteger(minutes) || minutes < 1) {
    throw new AppError('USAGE', `a soak of "${minutes}" minutes cannot be run; write a whole number from 1`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'bench-soak-'));
  const server = startScript('./intake-server.ts', ['product', folder]);
  try {
    const { port } = await answerOf<{ port: number }>(server);
    const readings: SoakReading[] = [];
    for (let minute = 1; minute <= minutes; minute += 1) {
      const reading = await readMinute(server, folder, port, minute);
      readings.push(reading);
      write(lineOf(reading));
    }
    return verdictOf(readings);
  } finally {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

async function readMinute(server: ChildProcess, folder: string, port: number, minute: number): Promise<SoakReading> {
  const load = startScript('./intake-load.ts', [String(port), '60', '16']);
  const { spans, seconds, failures, p99Ms } = await answerOf<{
    readonly spans: number;
    readonly seconds: number;
    readonly failures: number;
    readonly p99Ms: number;
  }>(load);
  load.kill();
  server.send({ ask: 'usage' });
  const { rssBytes } = await answerOf<{ readonly rssBytes: number }>(server);
  const walBytes = statSync(join(folder, 'product.db-wal')).size;
  return {
    ...{ minute, failures, p99Ms },
    rssMiB: rssBytes / 1_048_576,
    walMiB: walBytes / 1_048_576,
    thousandPerSecond: spans / seconds / 1_000,
  };
}

function lineOf(reading: SoakReading): string {
  const { minute, rssMiB, walMiB, thousandPerSecond, p99Ms, failures } = reading;
  return `minute ${minute}: RSS ${rssMiB.toFixed(0)} MiB, log ${walMiB.toFixed(0)} MiB, ${thousandPerSecond.toFixed(0)} k spans/s, reply p99 ${p99Ms.toFixed(0)} ms, ${failures} failed`;
}

/** Growth is what exceeds twice its standard error and a MiB a minute: less can not be told from noise in ten readings. */
function verdictOf(readings: readonly SoakReading[]): string {
  const growth = growthOf(readings);
  if (growth === null) return `growth: not judged, ${readings.length} minutes are too few (5 at least)`;
  const { mibPerMinute, standardError, n } = growth;
  const isGrowing = mibPerMinute > 1 && mibPerMinute > 2 * standardError;
  return `growth from minute ${firstFitted}: ${mibPerMinute.toFixed(2)} ± ${standardError.toFixed(2)} MiB a minute (least squares, n = ${n}): ${isGrowing ? 'it GROWS' : 'none to be seen'}`;
}

/** Ordinary least squares of RSS over the minutes. */
export function growthOf(readings: readonly SoakReading[]): Growth | null {
  const fitted = readings.filter(({ minute }) => minute >= firstFitted);
  const n = fitted.length;
  if (n < 4) return null;
  const meanX = fitted.reduce((sum, { minute }) => sum + minute, 0) / n;
  const meanY = fitted.reduce((sum, { rssMiB }) => sum + rssMiB, 0) / n;
  const squares = fitted.reduce((sum, { minute }) => sum + (minute - meanX) ** 2, 0);
  const slope = fitted.reduce((sum, { minute, rssMiB }) => sum + (minute - meanX) * (rssMiB - meanY), 0) / squares;
  const rest = fitted.reduce((sum, { minute, rssMiB }) => sum + (rssMiB - meanY - slope * (minute - meanX)) ** 2, 0);
  return { mibPerMinute: slope, standardError: Math.sqrt(rest / (n - 2) / squares), n };
}

if (import.meta.main) {
  const [minutes] = process.argv.slice(2);
  process.stdout.write(`${await soakReport(...(minutes === undefined ? [] : [Number(minutes)]))}\n`);
}
