/** `npm run bench [part …]`: what the product costs, each figure beside the naive way in the same run. */
import { cpus, loadavg } from 'node:os';
import { benchIntake } from './intake.ts';
import { grpcReport } from './intake-grpc.ts';
import { kindsReport } from './intake-kinds.ts';
import { logsReport } from './intake-logs.ts';
import { memoryReport } from './memory.ts';
import { reportReport } from './report.ts';
import { scanReport } from './scan.ts';
import { benchSearch } from './search.ts';
import { soakReport } from './soak.ts';
import { tickReport } from './tick.ts';
import { wrapperReport } from './wrapper.ts';

interface Part {
  readonly title: string;
  readonly target: string;
  readonly measure: () => string | Promise<string>;
  /** Only when it is asked for by name, or with `all`. */
  readonly isExtra?: true;
}

const found = '≤ 5 ms warm, ≤ 50 ms cold; ≤ 50 bytes a span';
const parts: Readonly<Record<string, Part>> = {
  wrapper: {
    title: 'One wrapped call, beside startActiveSpan + prom-client observe',
    target: 'not sampled ≤ 0.2×, sampled ≤ 0.75×',
    measure: wrapperReport,
  },
  tick: {
    title: 'One tick of 1,000 objectives over 30 days, beside adding up the slices again',
    target: '≤ 50 ms, flat in the window',
    measure: () => tickReport(() => performance.now()),
  },
  report: { title: 'The extraction-readiness report', target: '≤ 500 ms, whole process', measure: reportReport },
  intake: {
    title: 'Spans over loopback until they are durable, beside objects and a row a span',
    target: '≥ 1 M spans/s, ≥ 15×, ≤ 50 bytes a span, ≤ 250 MiB',
    measure: intakeReport,
  },
  scan: { title: 'Scanning a body of 512 spans, one thread, nothing stored', target: 'none', measure: scanReport },
  kinds: { title: 'The same for gzip, JSON and metrics', target: 'none', measure: kindsReport },
  grpc: { title: 'The same over gRPC', target: 'none', measure: grpcReport },
  logs: { title: 'Log records until they are durable, and searches among 2 M', target: 'none', measure: logsReport },
  search10m: { title: 'A trace among 10 M spans', target: found, measure: () => searchReport(10_000_000) },
  search: {
    title: 'A trace among 1 M spans',
    target: `${found} among 10 M`,
    measure: () => searchReport(1_000_000),
    isExtra: true,
  },
  memory: {
    title: 'The whole product over 30 days of 10,000 series',
    target: '≤ 250 MiB',
    measure: memoryReport,
  },
  soak: { title: 'Ten minutes of full intake', target: 'no growth', measure: soakReport, isExtra: true },
};

const usage = `npm run bench [-- part …]   each figure beside the naive way of the same run

parts: ${Object.keys(parts).join(', ')}
without any: all but ${extraParts().join(' and ')}, some twelve minutes; "all" means every one
`;

process.exitCode = await main(process.argv.slice(2));

async function main(asked: readonly string[]): Promise<number> {
  if (asked.includes('--help')) {
    process.stdout.write(usage);
    return 0;
  }
  const unknown = asked.find((name) => name !== 'all' && parts[name] === undefined);
  if (unknown !== undefined) {
    process.stderr.write(`bench: "${unknown}" is not a part\n\n${usage}`);
    return 2;
  }
  process.stdout.write(`${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}\n`);
  for (const [name, { title, target, measure, isExtra }] of Object.entries(parts)) {
    const isWanted = asked.includes('all') || (asked.length === 0 ? isExtra !== true : asked.includes(name));
    if (isWanted) process.stdout.write(`\n${name}: ${title} (target: ${target})\n${await measure()}\n`);
  }
  return 0;
}

function extraParts(): string[] {
  return Object.entries(parts).flatMap(([name, { isExtra }]) => (isExtra === true ? [name] : []));
}

async function intakeReport(): Promise<string> {
  const { rows, ratio } = await benchIntake();
  const lines = rows.map(
    (row) =>
      `${row.pipeline.padEnd(8)}${(row.spansPerSecond / 1_000).toFixed(0).padStart(6)} k spans/s  ${row.cpuSecondsPerMillion.toFixed(2)} CPU-s/M  ${row.rssMiB} MiB  ${row.bytesPerSpan} B/span  reply p50 ${row.p50Ms} ms, p99 ${row.p99Ms} ms, ${row.failures} failed`,
  );
  return [...lines, `product / naive ${ratio.toFixed(1)}×`].join('\n');
}

async function searchReport(spans: number): Promise<string> {
  const lines: string[] = [];
  await benchSearch(spans, (line) => lines.push(line));
  return lines.join('\n');
}
