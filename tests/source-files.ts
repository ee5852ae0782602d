/** What the structural tests read: every source file of the repository with its imports. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** A source file: path from the root with `/`, its text, and what it imports. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

/** `target` is a path from the root for relative imports, else the package name as written. */
export interface Import {
  readonly target: string;
  readonly isRelative: boolean;
  readonly isTypeOnly: boolean;
}

const skipped = new Set(['node_modules', 'dist', '.git', '.seamwatch', 'generated', 'coverage']);

/** Every file below `folder` (from the root) whose name ends in one of `endings`. */
export function filesBelow(folder: string, endings: readonly string[]): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    if (skipped.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...filesBelow(path, endings));
    else if (endings.some((ending) => entry.name.endsWith(ending))) found.push(path.split(sep).join('/'));
  }
  return found.sort();
}

export function readSource(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  return { path, text, imports: importsOf(path, text) };
}

const importForm = /^\s*(?:import|export)\s+(type\s+)?(?:[\w*{}\s,$]+?\s+from\s+)?'([^']+)'/gm;
const dynamicForm = /\bimport\(\s*'([^']+)'\s*\)/g;

function importsOf(path: string, text: string): Import[] {
  const fixed = [...text.matchAll(importForm)].map((match) => toImport(path, match[2] ?? '', match[1] !== undefined));
  const dynamic = [...text.matchAll(dynamicForm)].map((match) => toImport(path, match[1] ?? '', false));
  return [...fixed, ...dynamic];
}

function toImport(path: string, written: string, isTypeOnly: boolean): Import {
  const isRelative = written.startsWith('.');
  const target = isRelative ? posix.normalize(posix.join(posix.dirname(path), written)) : written;
  return { target, isRelative, isTypeOnly };
}
