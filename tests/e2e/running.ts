/** Starts the product as its users do, as processes of their own on free ports, and ends only those. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../source-files.ts';

export interface Running {
  /** What it has printed so far, both streams. */
  readonly printed: () => string;
  /** The first match of `form` in what it prints; fails with its words when it ends before, or after `deadlineMs`. */
  readonly says: (form: RegExp, deadlineMs?: number) => Promise<string>;
  readonly kill: (signal: NodeJS.Signals) => Promise<number | null>;
}

/** Runs a script of the repository, such as `['src/cli/main.ts', 'demo']`. */
export function startScript(args: readonly string[]): Running {
  return startProgram(process.execPath, ['--conditions=source', ...args]);
}

/** Runs any program. */
export function startProgram(program: string, args: readonly string[]): Running {
  const child = spawn(program, [...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return {
    printed: () => text,
    says: (form, deadlineMs = 60_000) =>
      until(
        () => form.exec(text)?.[0] ?? failIfOver(child, text),
        deadlineMs,
        () => `waiting for ${form}: ${text.slice(-800)}`,
      ),
    kill: async (signal) => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      return ended;
    },
  };
}

function failIfOver(child: ChildProcess, text: string): null {
  if (child.exitCode === null && child.signalCode === null) return null;
  throw new Error(`ended with ${child.exitCode ?? child.signalCode}: ${text.slice(-800)}`);
}

/** Runs a command to its end. */
export async function runScript(args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, ['--conditions=source', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const parts = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    parts.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    parts.err += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, ...parts };
}

/** Asks again every 200 ms until the answer is neither null nor undefined. */
export async function until<T>(
  ask: () => T | null | undefined | Promise<T | null | undefined>,
  deadlineMs: number,
  story: () => string,
): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined) return answer;
    if (performance.now() > end) throw new Error(`gave up after ${deadlineMs} ms: ${story()}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** The `data` of an API answer. */
export async function data<T>(url: string): Promise<T> {
  const answer = await fetch(url);
  const body = (await answer.json()) as { data: T };
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${JSON.stringify(body)}`);
  return body.data;
}

export function temporaryFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'seamwatch-e2e-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
