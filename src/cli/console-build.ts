/** Builds the console when it is missing or older than its sources; a published package brings it built. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from './world.ts';

/** Resolves also when the build fails: the API works without the console, and the page then says how to build it. */
export async function buildConsole(world: World): Promise<void> {
  const sources = join(world.packageRoot, 'src', 'web');
  const vite = join(world.packageRoot, 'node_modules', 'vite', 'bin', 'vite.js');
  const built = join(world.packageRoot, 'dist', 'web', 'index.html');
  if (!existsSync(sources) || !existsSync(vite)) return;
  if (existsSync(built) && statSync(built).mtimeMs > newest(sources)) return;
  world.note('Building the console (once)…\n');
  const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'error'], {
    cwd: world.packageRoot,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => {
    words += chunk.toString();
  });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0)
    world.note(`The console could not be built (the API works without it): ${words.trim().slice(0, 500)}\n`);
}

function newest(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((latest, entry) => Math.max(latest, statSync(join(entry.parentPath, entry.name)).mtimeMs), 0);
}
