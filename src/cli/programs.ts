/** Other programs of this package, run beside the control plane as processes of their own. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { AppError } from '../kernel/errors.ts';
import type { World } from './world.ts';

export interface ChildProgram {
  /** The address it printed; empty when it listens on none. */
  readonly address: string;
  readonly ended: Promise<void>;
  /** The end of what it printed, for a message. */
  readonly lastLines: () => string;
  /** SIGTERM, then SIGKILL after 3 s; resolves when it is gone. */
  readonly stop: () => Promise<void>;
}

const stopGraceMs = 3_000;
const startDeadlineMs = 60_000;

/**
 * Starts `path` (from the package's root, without extension) under this Node and waits for the first `http://…` it prints. Its
 * standard input stays open for as long as we live, so that it ends with us however we end.
 * @throws UNAVAILABLE with its last words when it ends before
 */
export async function startProgram(
  world: World,
  path: readonly string[],
  flags: readonly string[],
  options: { readonly waitForAddress: boolean } = { waitForAddress: true },
): Promise<ChildProgram> {
  const isSource = import.meta.url.endsWith('.ts');
  const file = isSource ? `${join(world.packageRoot, ...path)}.ts` : `${join(world.packageRoot, 'dist', ...path)}.js`;
  const child = spawn(
    process.execPath,
    [...(isSource ? ['--conditions=source'] : []), file, ...flags, '--until-stdin-ends'],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  const lines: string[] = [];
  const hear = (chunk: Buffer): void => {
    lines.push(
      ...chunk
        .toString()
        .split('\n')
        .filter((line) => line.trim() !== ''),
    );
    lines.splice(0, Math.max(0, lines.length - 20));
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const lastLines = (): string => lines.slice(-3).join(' / ');
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), stopGraceMs);
    await ended;
    clearTimeout(timer);
  };
  const address = options.waitForAddress ? await firstAddress(lines, ended, lastLines, path.join('/')) : '';
  return { address, ended, lastLines, stop };
}

async function firstAddress(
  lines: readonly string[],
  ended: Promise<void>,
  lastLines: () => string,
  name: string,
): Promise<string> {
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  for (let waited = 0; waited < startDeadlineMs && !isOver; waited += 50) {
    const found = lines.map((line) => /https?:\/\/[^\s"'/]+/.exec(line)?.[0]).find((one) => one !== undefined);
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new AppError('UNAVAILABLE', `${name} did not start: ${lastLines() || 'it printed nothing'}`);
}
