import { existsSync, mkdtempSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadConfig } from '../config.ts';
import { silentLog } from '../kernel/log.ts';
import { watchDeclared } from './declared.ts';

it('takes facts from a file that appears, follows its changes, and keeps the last valid ones when it breaks', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'seamwatch-declared-')), 'seamwatch.yaml');
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (_fields: object, message: string) => void warnings.push(message) };
  const load = () => loadConfig({ path: existsSync(path) ? path : null, env: {} });
  const declared = watchDeclared(path, load, log);
  let version = 0;
  const write = (text: string): void => {
    writeFileSync(path, text);
    version += 1;
    utimesSync(path, version, version);
  };
  const fact = (value: number) => `facts: { engineers: { value: ${value}, source: HR, owner: cto, asOf: 2026-11-01 } }`;

  expect(declared().facts).toEqual([]);
  write(fact(14));
  expect(declared().facts).toMatchObject([{ id: 'engineers', value: 14 }]);
  write(fact(9));
  expect(declared().facts).toMatchObject([{ value: 9 }]);
  write('facts: { engineers: { value: 9 } }');
  expect(declared().facts).toMatchObject([{ value: 9 }]);
  expect(declared().facts).toMatchObject([{ value: 9 }]);
  expect(warnings).toHaveLength(1);
});
