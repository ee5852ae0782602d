/** Collectors in processes of their own that a test may kill, built into one file each so that fifty of them start within seconds. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';

/** Where the built program is; `remove` deletes it. */
export interface BuiltChild {
  readonly script: string;
  readonly remove: () => void;
}

/** A running collector process. */
export interface RunningChild {
  readonly process: ChildProcess;
  /** Its address, when it serves; null when it ended before. */
  readonly url: Promise<string | null>;
  readonly ended: Promise<void>;
}

/** Takes a fifth of a second. */
export async function buildChild(): Promise<BuiltChild> {
  const root = new URL('../..', import.meta.url).pathname;
  const folder = mkdtempSync(join(tmpdir(), 'child-'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const input = {
    'serve-child': join(root, 'collector/intake/serve-child.ts'),
    'writer-worker': join(root, 'collector/intake/writer-worker.ts'),
    'reader-worker': join(root, 'collector/reading/reader-worker.ts'),
  };
  await build({
    ...{ configFile: false, logLevel: 'error', root, resolve: { conditions: ['source', 'node'] } },
    build: {
      ...{ ssr: true, outDir: join(folder, 'out'), minify: false },
      rollupOptions: { input, output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' } },
    },
  });
  return {
    script: join(folder, 'out', 'serve-child.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** `before` is a command in front of node, such as a limit. */
export function startChild(built: BuiltChild, args: readonly string[], before: readonly string[] = []): RunningChild {
  const [command = process.execPath, ...rest] = [...before, process.execPath, built.script, ...args];
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = new Promise<string | null>((resolve) => {
    child.stdout?.once('data', (data: Buffer) => resolve(`http://127.0.0.1:${data.toString().trim()}`));
    child.once('exit', () => resolve(null));
  });
  return { process: child, url, ended };
}
