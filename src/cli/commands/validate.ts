/** `seamwatch validate`: parses everything and proves each objective measurable and reachable before it is merged. */
import { type CompiledObjective, type Proof, proveObjective } from '../../../slo/index.ts';
import { buildProfile, parseDeclared } from '../../app/index.ts';
import { formatDurationMs } from '../../kernel/duration.ts';
import { configOf, configPathOf } from '../settings.ts';
import { table } from '../table.ts';
import { type CommonOptions, exitCode, type World } from '../world.ts';

export interface ValidateOptions extends CommonOptions {
  readonly perMinute?: string;
}

interface Finding {
  readonly objective: CompiledObjective;
  readonly proof: Proof;
}

/** Exit 1 when an objective cannot be proved; a file that does not parse is exit 2. */
export function validate(options: ValidateOptions, world: World): number {
  const config = configOf(options, world);
  parseDeclared(config, configPathOf(options) ?? 'the defaults');
  const profile = buildProfile(config, []);
  const perMinute = options.perMinute === undefined ? undefined : Number(options.perMinute);
  const findings = profile.objectives.map((objective) => ({ objective, proof: proveObjective(objective, perMinute) }));
  const failed = findings.some(({ proof }) => proof.issues.some((issue) => issue.severity === 'error'));
  if (options.json === true) {
    const data = findings.map(({ objective, proof }) => ({ id: objective.id, ...proof }));
    world.out(`${JSON.stringify({ data, meta: { profile: profile.names } }, null, 2)}\n`);
  } else {
    world.out(
      render(
        findings,
        `${profile.names.join(', ')}: ${profile.catalogue.length} domains, ${findings.length} objectives, ${profile.triggers.length} triggers`,
      ),
    );
  }
  return failed ? exitCode.finding : exitCode.fine;
}

function render(findings: readonly Finding[], head: string): string {
  const measured = findings.filter(({ objective }) => objective.notApplicable === null);
  const rows = measured.flatMap(({ objective, proof }) =>
    proof.detection.map((row) => [
      objective.id,
      row.pair,
      `${row.failureRatio * 100} %`,
      row.detectMs === null ? 'never' : roundedMs(row.detectMs),
      row.resetMs === null ? '–' : roundedMs(row.resetMs),
      row.budgetSpent === null ? '–' : `${(row.budgetSpent * 100).toPrecision(3)} %`,
    ]),
  );
  const issues = findings.flatMap(({ objective, proof }) =>
    proof.issues.map(
      (issue) => `${issue.severity === 'error' ? '▲ error' : '◆ note '}  ${objective.id}: ${issue.message}`,
    ),
  );
  const without = findings.flatMap(({ objective }) =>
    objective.notApplicable === null ? [] : [`–          ${objective.id}: ${objective.notApplicable}`],
  );
  return `${[head, '', table(['objective', 'alert', 'if this share fails', 'seen after', 'gone after', 'budget spent by then'], rows), '', ...issues, ...without].join('\n')}\n`;
}

function roundedMs(ms: number): string {
  return ms < 60_000
    ? formatDurationMs(Math.round(ms / 1_000) * 1_000 || 1_000)
    : `${Number((ms / 60_000).toPrecision(3))} min`;
}
