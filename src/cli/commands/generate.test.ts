/** `seamwatch generate` writes, compares and cleans up. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeClock } from '../../kernel/clock.ts';
import { silentLog } from '../../kernel/log.ts';
import type { World } from '../world.ts';
import { type GenerateOptions, generate } from './generate.ts';

const root = join(import.meta.dirname, '..', '..', '..');
let out: string;

beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'seamwatch-generate-'));
});

afterEach(() => {
  rmSync(out, { recursive: true, force: true });
});

function run(options: GenerateOptions): { readonly code: number; readonly said: string } {
  let said = '';
  const world: World = {
    ...{ clock: fakeClock(0), log: silentLog, env: {}, version: '1.0.0', packageRoot: root, columns: 100 },
    out: (text) => {
      said += text;
    },
    note: () => {},
    stop: new AbortController().signal,
  };
  return { code: generate(options, world), said };
}

describe('generate', () => {
  it('finds the committed files of this repository in step', () => {
    const { code, said } = run({ check: true });
    expect(said).toMatch(/^● \d+ generated files below .* are in step\n$/);
    expect(code).toBe(0);
  });

  it('writes rules, dashboards, provisioning and thresholds, says so, and then has nothing left to do', () => {
    const first = run({ out });
    expect(first.code).toBe(0);
    const count = Number(/^\d+/.exec(first.said)?.[0]);
    expect(count).toBeGreaterThan(20);
    expect(first.said).toContain(`: ${count} written or removed, 0 already in step\n`);
    for (const path of [
      'slo/rules/generated/uptime.yaml',
      'dashboards/generated/fleet.json',
      'loadtests/k6/generated/thresholds.json',
    ]) {
      expect(existsSync(join(out, path)), path).toBe(true);
      expect(first.said).toContain(path);
    }
    expect(run({ out }).said).toContain(`: 0 written or removed, ${count} already in step\n`);
  });

  it('names with --check each file that differs, is missing or belongs to nothing, exits 1 and writes nothing', () => {
    run({ out });
    writeFileSync(join(out, 'slo/rules/generated/uptime.yaml'), 'groups: []\n');
    rmSync(join(out, 'dashboards/generated/fleet.json'));
    writeFileSync(join(out, 'slo/rules/generated/retired.yaml'), 'groups: []\n');
    expect(run({ out, check: true })).toEqual({
      code: 1,
      said: [
        '▲ slo/rules/generated/uptime.yaml differs',
        '▲ dashboards/generated/fleet.json is missing',
        '▲ slo/rules/generated/retired.yaml belongs to nothing any more',
        'run seamwatch generate to bring them in step',
        '',
      ].join('\n'),
    });
    expect(readFileSync(join(out, 'slo/rules/generated/uptime.yaml'), 'utf8')).toBe('groups: []\n');
    expect(existsSync(join(out, 'dashboards/generated/fleet.json'))).toBe(false);
  });

  it('removes what belongs to nothing any more, and only inside its own folders', () => {
    mkdirSync(join(out, 'slo/rules/generated'), { recursive: true });
    writeFileSync(join(out, 'slo/rules/generated/retired.yaml'), 'groups: []\n');
    writeFileSync(join(out, 'slo/rules/mine.yaml'), 'groups: []\n');
    run({ out });
    expect(existsSync(join(out, 'slo/rules/generated/retired.yaml'))).toBe(false);
    expect(existsSync(join(out, 'slo/rules/mine.yaml'))).toBe(true);
  });

  it('points the links of alerts where it is told to', () => {
    run({ out, publicUrl: 'https://seam.example/', grafanaUrl: 'https://grafana.example' });
    const text = readFileSync(join(out, 'slo/rules/generated/error-rate-per-service.yaml'), 'utf8');
    expect(text).toContain('runbook_url: https://seam.example/runbooks/objective-burn\n');
    expect(text).toContain('objective_url: https://seam.example/objectives/error-rate-per-service%3Afeed\n');
    expect(text).toContain(
      'dashboard_url: https://grafana.example/d/seamwatch-objective?var-objective=error-rate-per-service%3Afeed\n',
    );
  });

  it('follows objectives of the configuration', () => {
    const config = join(out, 'seamwatch.yaml');
    writeFileSync(
      config,
      `objectives:
  - id: checkout
    sentence: Checkout errors < 1 %
    source: team
    indicator: { kind: errors, signal: domain.request.duration, where: { operation: POST /checkout }, target: 0.99 }
    window: 7d
`,
    );
    run({ out, config });
    expect(readFileSync(join(out, 'slo/rules/generated/checkout.yaml'), 'utf8')).toContain(
      'operation="POST /checkout"',
    );
  });

  it('says as JSON what it did to which file', () => {
    const { data } = JSON.parse(run({ out, json: true }).said) as {
      data: { files: { path: string; change: string }[] };
    };
    expect(data.files.length).toBeGreaterThan(20);
    expect(new Set(data.files.map(({ change }) => change))).toEqual(new Set(['new']));
  });

  it('says what to do when it may not write there', () => {
    const file = join(out, 'a-file');
    writeFileSync(file, '');
    expect(() => run({ out: file })).toThrow(
      /cannot be written to: .*; give another folder with --out, or write permission/,
    );
  });
});
