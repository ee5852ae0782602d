/** `npm run fuzz [-- COUNT [SEED]]`: a million mutated bodies through every decoder; exit 1 when one breaks a promise. */
import { cpuMs, heapBytes } from './heap.ts';
import { runFuzz } from './run.ts';
import { fuzzTargets } from './targets.ts';

const [countText = '1000000', seedText = '1'] = process.argv.slice(2);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const startMs = performance.now();
const report = runFuzz(fuzzTargets(Number(seedText)), Number(countText), Number(seedText), {
  now: cpuMs,
  heapBytes,
  onProgress: (done) => say(`${done} bodies, ${((performance.now() - startMs) / 1_000).toFixed(0)} s`),
});
const mebibytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MiB`;

say(
  `seed ${seedText}: ${report.bodies} bodies, ${report.read} read, ${report.refused} refused, ${report.faults.length} faults`,
);
for (const [name, { bodies, read }] of Object.entries(report.byTarget))
  say(`  ${name}: ${bodies} bodies, ${read} read`);
const { target, ms, bytes } = report.slowest;
say(`slowest: ${ms.toFixed(1)} ms of CPU for ${bytes} bytes of ${target}; longest body ${report.longestBytes} bytes`);
say(`heap grew by ${mebibytes(report.heapGrowthBytes)} in ${((performance.now() - startMs) / 1_000).toFixed(0)} s`);
for (const fault of report.faults) {
  say(
    `FAULT in ${fault.target}, body ${fault.number}: ${fault.message}\n  ${fault.body.toString('base64').slice(0, 2_000)}`,
  );
}
process.exitCode = report.faults.length === 0 ? 0 : 1;
