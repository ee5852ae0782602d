/** Generated files that are committed equal what their generators would write now. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { artefacts, staleArtefacts } from '../scripts/artefacts.ts';
import { root } from './source-files.ts';

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly dependencies?: object; readonly devDependencies?: object }>
  >;
}

describe('artefacts', () => {
  it('are in step with their generators', () => {
    expect(artefacts().size).toBeGreaterThan(0);
    expect(staleArtefacts(), 'run npm run artefacts').toEqual([]);
  });

  it('lock exactly the versions that package.json names', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
      devDependencies: Record<string, string>;
    };
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;
    const wanted = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(wanted.length).toBeGreaterThan(20);
    expect(wanted.filter(([name, version]) => lock.packages[`node_modules/${name}`]?.version !== version)).toEqual([]);
  });

  it('lock no package without a version, so that npm ci works on every machine', () => {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;
    expect(Object.entries(lock.packages).filter(([name, entry]) => name !== '' && entry.version === undefined)).toEqual(
      [],
    );
  });
});
