/** Files that browsers load and that are not ours: the Faro SDK, where it is installed, and the library's side for pages. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { dirname, extname, join, relative, resolve, sep } from 'node:path';

const { resolve: locate } = createRequire(import.meta.url);

/** The whole SDK as one script that defines `GrafanaFaroWebSdk`; null when it is not installed. */
export const faroBundle = once((): string | null => {
  try {
    const entry = locate('@grafana/faro-web-sdk');
    const file = resolve(dirname(entry), '..', 'bundle', 'faro-web-sdk.iife.js');
    return existsSync(file) ? readFileSync(file, 'utf8').replace(/\n?\/\/# sourceMappingURL=.*$/, '') : null;
  } catch {
    return null;
  }
});

/** Path of `seamwatch/instrument/browser` below /web/library. */
export const browserEntry = once((): string => relative(library().root, library().entry).split(sep).join('/'));

/** A module of the library as JavaScript; null for everything that pages do not load. */
export function libraryFile(path: string): string | null {
  return modules().get(path) ?? null;
}

/** The browser's side stands beside the library's entry, as source or as built. */
const library = once((): { readonly entry: string; readonly root: string } => {
  const main = locate('seamwatch/instrument');
  return { entry: join(dirname(main), `browser${extname(main)}`), root: dirname(dirname(main)) };
});

/** The entry and everything that it imports, by path below the root. */
const modules = once((): ReadonlyMap<string, string> => {
  const { entry, root } = library();
  const found = new Map<string, string>();
  const add = (file: string): void => {
    const path = relative(root, file).split(sep).join('/');
    if (found.has(path)) return;
    const source = readFileSync(file, 'utf8');
    const text = file.endsWith('.ts') ? withoutTypes(source) : source;
    found.set(path, text);
    for (const [, target] of text.matchAll(/^\s*(?:import|export)\b[^'"]*from\s*['"](\.[^'"]+)['"]/gm))
      if (target !== undefined) add(resolve(dirname(file), target));
  };
  add(entry);
  return found;
});

/** Node says that this is experimental; who runs the app from its source can do nothing about it. */
function withoutTypes(source: string): string {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = emitWarning;
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
