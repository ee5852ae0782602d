/**
 * Every dashboard against the types that the Grafana SDK publishes, by the TypeScript compiler itself: the JSON becomes a
 * literal of the dashboard's type, so that a misspelt, missing or mistyped property is an error. Options and field settings
 * of each panel and every query are checked against the types of that panel and of the Prometheus data source.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const generated = join(import.meta.dirname, 'generated');
const folder = mkdtempSync(join(tmpdir(), 'seamwatch-sdk-types-'));
const panels = ['timeseries', 'stat', 'statetimeline', 'heatmap', 'table'] as const;
/** The panel's own name where it is not that of its module. */
const typeOf: Readonly<Record<string, string>> = { statetimeline: 'state-timeline' };
/** Modules whose panel has no settings of its own for a field. */
const plainFields = new Set(['stat']);

const prelude = `
import type * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import type * as prometheus from '@grafana/grafana-foundation-sdk/prometheus';
${panels.map((name) => `import type * as ${name} from '@grafana/grafana-foundation-sdk/${name}';`).join('\n')}
/** As JSON has it: an enum is its value, a method is not written. */
type Plain<T> = 0 extends 1 & T ? T
  : T extends string ? \`\${T}\`
  : T extends readonly (infer U)[] ? Plain<U>[]
  : T extends object ? { [K in keyof T as T[K] extends (...args: never) => unknown ? never : K]: Plain<T[K]> }
  : T;
type Defaults<Custom> = Omit<Plain<dashboard.FieldConfig>, 'custom'> & { custom?: Custom };
type PanelOf<Type extends string, Options, Custom> =
  Omit<Plain<dashboard.Panel>, 'type' | 'options' | 'targets' | 'fieldConfig'> & {
    type: Type; options: Plain<Options>; targets?: Plain<prometheus.Dataquery>[];
    fieldConfig: { defaults: Defaults<Custom>; overrides: Plain<dashboard.FieldConfigSource['overrides']> };
  };
type AnyPanel = ${panels.map((name) => `PanelOf<'${typeOf[name] ?? name}', ${name}.Options, ${plainFields.has(name) ? 'Record<never, never>' : `Plain<${name}.FieldConfig>`}>`).join('\n  | ')};
type Checked = Omit<Plain<dashboard.Dashboard>, 'panels'> & { panels: (AnyPanel | Plain<dashboard.RowPanel>)[] };
`;

/** What the compiler says of dashboards, one line a fault; empty when all fit. */
function faultsOf(dashboards: Readonly<Record<string, string>>): string[] {
  for (const [name, text] of Object.entries(dashboards)) {
    writeFileSync(join(folder, `${name}.ts`), `${prelude}export const it: Checked = ${text};\n`);
  }
  const sdk = join(root, 'node_modules/@grafana/grafana-foundation-sdk/dist');
  const config = {
    compilerOptions: {
      ...{ module: 'nodenext', moduleResolution: 'nodenext', target: 'es2024', strict: true, noEmit: true },
      ...{ skipLibCheck: true, types: [], paths: { '@grafana/grafana-foundation-sdk/*': [`${sdk}/*/index.d.ts`] } },
    },
    files: Object.keys(dashboards).map((name) => `${name}.ts`),
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  try {
    execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { encoding: 'utf8' });
    return [];
  } catch (thrown) {
    return (thrown as { readonly stdout: string }).stdout.trim().split('\n');
  }
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the types of the Grafana SDK', () => {
  const read = (file: string): string => readFileSync(join(generated, file), 'utf8');

  it('fit every committed dashboard', () => {
    const files = readdirSync(generated);
    expect(files).toHaveLength(5);
    expect(faultsOf(Object.fromEntries(files.map((file) => [file.replace('.json', ''), read(file)])))).toEqual([]);
  }, 60_000);

  it('do not fit one with a misspelt property, a wrong type, a wrong option or a missing field', () => {
    const text = read('control-plane.json');
    const broken = {
      misspelt: text.replace('"gridPos"', '"gridPosition"'),
      mistyped: text.replace('"schemaVersion": 42', '"schemaVersion": "42"'),
      option: text.replace('"showPoints": "auto"', '"showPoints": "sometimes"'),
      query: text.replace('"expr"', '"expression"'),
      missing: text.replace(/"mode": "absolute",/, ''),
    };
    for (const changed of Object.values(broken)) expect(changed).not.toBe(text);
    const faults = faultsOf(broken).join('\n');
    for (const name of Object.keys(broken)) expect(faults).toContain(`${name}.ts(`);
  }, 60_000);
});
