/** `run.json` in the data directory: how a command finds the instance that is running there. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const shape = z.object({
  pid: z.number().int(),
  url: z.string(),
  startedAt: z.string(),
  demo: z.boolean(),
});

/** `url` has no trailing slash. */
export type RunFile = z.infer<typeof shape>;

export function writeRunFile(dataDir: string, run: RunFile): void {
  writeFileSync(join(dataDir, 'run.json'), `${JSON.stringify(run, null, 2)}\n`);
}

export function removeRunFile(dataDir: string): void {
  rmSync(join(dataDir, 'run.json'), { force: true });
}

/** The instance whose process is alive, or null. A left-over file of a killed process is not an instance. */
export function readRunFile(dataDir: string): RunFile | null {
  const path = join(dataDir, 'run.json');
  if (!existsSync(path)) return null;
  try {
    const run = shape.parse(JSON.parse(readFileSync(path, 'utf8')));
    return isAlive(run.pid) ? run : null;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Not a name that a directory inside could have: `.seamwatch` holds the demo's directory as `demo`. */
const demoMark = 'simulated-data.txt';

/** Marks a data directory as the demo's, for good: its history is partly simulated. */
export function markDemoData(dataDir: string): void {
  writeFileSync(join(dataDir, demoMark), 'This directory holds simulated data of seamwatch demo; serve refuses it.\n');
}

export function isDemoData(dataDir: string): boolean {
  return existsSync(join(dataDir, demoMark));
}
