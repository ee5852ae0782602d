/** Runs promtool on generated rules; for tests. Nothing in the product uses it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { RuleFile } from './generate-rules.ts';

/** A counter as it is scraped: promtool's own notation, or one value a step. */
export interface InputSeries {
  readonly series: string;
  readonly values: string;
}

/** An expression at a time (`61m`) and the samples that it must give. */
export interface ExpressionTest {
  readonly expr: string;
  readonly eval_time: string;
  readonly exp_samples: readonly { readonly labels: string; readonly value: number }[];
}

/** One test of `promtool test rules`; every group is evaluated every `interval`. */
export interface RuleTest {
  readonly name: string;
  readonly interval: string;
  readonly input_series: readonly InputSeries[];
  readonly promql_expr_test?: readonly ExpressionTest[];
  readonly alert_rule_test?: readonly unknown[];
}

/** Empty when all pass, else what promtool says. Groups are evaluated as they stand in the files. */
export function promtoolTest(
  promtool: string,
  rules: readonly RuleFile[],
  evaluation: string,
  tests: readonly RuleTest[],
) {
  return inFolder(rules, (folder, paths) => {
    const file = join(folder, 'tests.yaml');
    const order = rules.flatMap(({ text }) =>
      (parse(text) as { groups: { name: string }[] }).groups.map(({ name }) => name),
    );
    const text = stringify(
      { rule_files: paths, evaluation_interval: evaluation, group_eval_order: order, tests },
      { aliasDuplicateObjects: false },
    );
    writeFileSync(file, text);
    const { status, stdout, stderr } = spawnSync(promtool, ['test', 'rules', file], { encoding: 'utf8' });
    return status === 0 ? '' : `${stdout}${stderr}`;
  });
}

/** The exit code and output of `promtool check rules`. */
export function promtoolCheck(promtool: string, rules: readonly RuleFile[]) {
  return inFolder(rules, (_, paths) => {
    const { status, stdout, stderr } = spawnSync(promtool, ['check', 'rules', ...paths], { encoding: 'utf8' });
    return { status, output: `${stdout}${stderr}` };
  });
}

function inFolder<T>(rules: readonly RuleFile[], work: (folder: string, paths: readonly string[]) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'seamwatch-rules-'));
  try {
    mkdirSync(join(folder, 'generated'));
    const paths = rules.map(({ path, text }) => {
      writeFileSync(join(folder, path), text);
      return join(folder, path);
    });
    return work(folder, paths);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
