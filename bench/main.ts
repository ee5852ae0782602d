/** `npm run bench [part]`: what the product costs, each figure beside the naive way in the same run. */
import { cpus, loadavg } from 'node:os';
import { benchIntake } from './intake.ts';
import { kindsReport } from './intake-kinds.ts';
import { scanReport } from './scan.ts';
import { benchSearch } from './search.ts';
import { soakReport } from './soak.ts';
import { tickReport } from './tick.ts';
import { wrapperReport } from './wrapper.ts';

const parts: readonly (readonly [name: string, title: string, measure: () => string | Promise<string>])[] = [
  [
    'wrapper',
    'One wrapped call (target: not sampled ≤ 0.2×, sampled ≤ 0.75× of startActiveSpan + prom-client observe)',
    wrapperReport,
  ],
  [
    'tick',
    'One tick (target: ≤ 50 ms for 1,000 objectives over 30 days, flat in the window)',
    () => tickReport(() => performance.now()),
  ],
  ['intake', 'Intake over loopback to durable (target: ≥ 1 M spans/s, ≥ 15× a row per span)', intakeReport],
  ['scan', 'Scanning a body of 512 spans, one thread, nothing stored', scanReport],
  ['kinds', 'Other bodies over loopback to durable: gzip, JSON, metrics', kindsReport],
  [
    'search',
    'A trace among 1 M spans (target: ≤ 5 ms warm, ≤ 50 ms cold among 10 M; ≤ 50 bytes a span)',
    () => searchReport(1_000_000),
  ],
];

/** Take minutes: only when they are asked for by name. */
const long: typeof parts = [
  [
    'search10m',
    'A trace among 10 M spans (target: ≤ 5 ms warm, ≤ 50 ms cold; ≤ 50 bytes a span)',
    () => searchReport(10_000_000),
  ],
  ['soak', 'Memory over ten minutes of intake (target: no growth)', soakReport],
];

const asked = process.argv.slice(2);
const all = [...parts, ...long];
const unknown = asked.find((name) => !all.some(([known]) => known === name));
if (unknown !== undefined) {
  process.stderr.write(`bench: "${unknown}" is not a part; write any of ${all.map(([name]) => name).join(', ')}\n`);
  process.exitCode = 2;
} else {
  process.stdout.write(`${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}\n`);
  for (const [name, title, measure] of asked.length === 0 ? parts : all) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    process.stdout.write(`\n${title}\n`);
    process.stdout.write(`${await measure()}\n`);
  }
}

async function intakeReport(): Promise<string> {
  const { rows, ratio } = await benchIntake();
  const lines = rows.map(
    (row) =>
      `${row.pipeline.padEnd(8)}${(row.spansPerSecond / 1_000).toFixed(0).padStart(6)} k spans/s  ${row.cpuSecondsPerMillion.toFixed(2)} CPU-s/M  ${row.rssMiB} MiB  ${row.bytesPerSpan} B/span  reply p50 ${row.p50Ms} ms, p99 ${row.p99Ms} ms, ${row.failures} failed`,
  );
  return [...lines, `product / naive ${ratio.toFixed(1)}×`].join('\n');
}

/** The naive way beside it holds a million spans at most: it cannot take more in within the time. */
async function searchReport(spans: number): Promise<string> {
  const lines: string[] = [];
  await benchSearch(spans, (line) => lines.push(line));
  return lines.join('\n');
}
