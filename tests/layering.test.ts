/** Holds the structure: levels, doors, no rings, no global time, network, randomness or environment, short files. */
import { describe, expect, it } from 'vitest';
import { filesBelow, readSource, type SourceFile } from './source-files.ts';

/** Level of each folder (docs/architecture.md); a folder is named by its longest matching prefix. */
const levels: Readonly<Record<string, number>> = {
  'src/kernel': 0,
  'src/store': 1,
  'src/domains': 1,
  'src/contract': 1,
  slo: 1,
  'src/instrument': 2,
  collector: 2,
  probes: 2,
  'src/evidence': 3,
  'src/readiness': 3,
  'src/migration': 3,
  alerts: 3,
  dashboards: 3,
  'src/engine': 4,
  loadtests: 4,
  'src/server': 5,
  'src/config.ts': 5,
  'src/app.ts': 6,
  'src/app': 6,
  'src/cli': 7,
  'src/web': 7,
  examples: 8,
};

/** May read clocks, randomness, network and environment. */
const worldly = ['src/kernel/', 'src/cli/', 'src/web/', 'loadtests/k6/', 'examples/', 'tests/', 'bench/', 'scripts/'];
const bans: readonly (readonly [RegExp, string])[] = [
  [/\bDate\.now\b/, 'Date.now'],
  [/\bnew Date\b/, 'new Date'],
  [/\bMath\.random\b/, 'Math.random'],
  [/(?<![.\w])fetch\(/, 'bare fetch('],
  [/\bprocess\.env\b/, 'process.env'],
  [/(?<![.\w])set(?:Timeout|Interval)\(/, 'setTimeout/setInterval'],
  [/\bconsole\./, 'console.'],
];

const folders = [
  ...['src', 'slo', 'collector', 'probes', 'alerts', 'dashboards', 'loadtests', 'deploy'],
  ...['examples', 'bench', 'scripts', 'tests'],
];
const files = folders.flatMap((folder) => filesBelow(folder, ['.ts', '.tsx'])).map(readSource);
const products = files.filter((file) => folderOf(file.path) !== null && !isTest(file.path));

function isTest(path: string): boolean {
  return path.endsWith('.test.ts') || path.endsWith('.test.tsx') || path.startsWith('tests/');
}

function folderOf(path: string): string | null {
  const matching = Object.keys(levels).filter((folder) => path === folder || path.startsWith(`${folder}/`));
  return matching.sort((left, right) => right.length - left.length)[0] ?? null;
}

function codeOf(file: SourceFile): string {
  return file.text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/.*$/gm, '$1');
}

function upward(file: SourceFile): string[] {
  const own = folderOf(file.path) ?? '';
  return file.imports.flatMap((imported) => {
    const theirs = imported.isRelative ? folderOf(imported.target) : null;
    if (theirs === null || theirs === own) return [];
    return (levels[theirs] ?? 0) < (levels[own] ?? 0) ? [] : [`${file.path} imports ${imported.target}`];
  });
}

function besideTheDoor(file: SourceFile): string[] {
  const own = folderOf(file.path);
  return file.imports.flatMap((imported) => {
    const theirs = imported.isRelative ? folderOf(imported.target) : null;
    if (theirs === null || theirs === own || theirs === 'src/kernel' || theirs.endsWith('.ts')) return [];
    return imported.target === `${theirs}/index.ts` ? [] : [`${file.path} enters ${theirs} by ${imported.target}`];
  });
}

/** Files that can reach themselves through value imports. */
function rings(): string[] {
  const graph = new Map(
    products.map((file) => [
      file.path,
      file.imports.filter((one) => one.isRelative && !one.isTypeOnly).map((one) => one.target),
    ]),
  );
  const state = new Map<string, 'open' | 'done'>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      found.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      return;
    }
    state.set(path, 'open');
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    state.set(path, 'done');
  };
  for (const path of graph.keys()) visit(path, []);
  return found;
}

describe('layering', () => {
  it('sees the sources at all', () => {
    expect(products.length).toBeGreaterThan(50);
    expect(products.flatMap((file) => file.imports).length).toBeGreaterThan(150);
  });

  it('imports only go down a level and neighbours never import each other', () => {
    expect(products.filter((file) => !file.path.startsWith('examples/')).flatMap(upward)).toEqual([]);
  });

  it('enters every folder through its index.ts (the kernel by file)', () => {
    expect(products.flatMap(besideTheDoor)).toEqual([]);
  });

  it('has no ring of imports', () => {
    expect(rings()).toEqual([]);
  });

  it('lets the library import nothing but the kernel', () => {
    const strangers = products
      .filter((file) => file.path.startsWith('src/instrument/'))
      .flatMap((file) =>
        file.imports
          .filter((one) => one.isRelative && !/^src\/(instrument|kernel)\//.test(one.target))
          .map((one) => `${file.path} → ${one.target}`),
      );
    expect(strangers).toEqual([]);
  });

  it('lets the console import only types of the contract, and the reference monolith only the library', () => {
    const web = products
      .filter((file) => file.path.startsWith('src/web/') && !file.path.includes('/fixture/'))
      .flatMap((file) =>
        file.imports
          .filter(
            (one) =>
              one.isRelative &&
              !one.target.startsWith('src/web/') &&
              !(one.isTypeOnly && one.target.startsWith('src/contract/')),
          )
          .map((one) => `${file.path} → ${one.target}`),
      );
    const campus = products
      .filter((file) => file.path.startsWith('examples/'))
      .flatMap((file) =>
        file.imports
          .filter((one) => one.isRelative && !one.target.startsWith('examples/'))
          .map((one) => `${file.path} → ${one.target}`),
      );
    expect([...web, ...campus]).toEqual([]);
  });

  it('takes time, network, randomness and environment as parameters', () => {
    const uses = products
      .filter((file) => !worldly.some((folder) => file.path.startsWith(folder)))
      .flatMap((file) =>
        bans.filter(([form]) => form.test(codeOf(file))).map(([, name]) => `${file.path} uses ${name}`),
      );
    expect(uses).toEqual([]);
  });

  it('keeps files at 250 lines or fewer and doors at 40', () => {
    const long = files
      .filter((file) => !isTest(file.path))
      .flatMap((file) => {
        const lines = file.text.split('\n').length - 1;
        const limit = file.path.endsWith('/index.ts') && !file.path.startsWith('examples/') ? 40 : 250;
        return lines > limit ? [`${file.path}: ${lines} lines, at most ${limit}`] : [];
      });
    expect(long).toEqual([]);
  });

  it('uses named exports only, no export * outside the contract, and no ignored types', () => {
    const odd = files
      .filter((file) => !file.path.endsWith('layering.test.ts'))
      .flatMap((file) => {
        const code = codeOf(file);
        return [
          [/^export default\b/m, 'export default'],
          [/^export \*(?! as)/m, 'export *'],
          [/@ts-(?:ignore|expect-error|nocheck)/, '@ts-…'],
          [/\bas any\b/, 'as any'],
        ].flatMap(([form, name]) =>
          (form as RegExp).test(name === '@ts-…' ? file.text : code) ? [`${file.path}: ${name}`] : [],
        );
      });
    expect(odd).toEqual([]);
  });
});
