/** Turns a definition into runnable objectives: a series selector, a bucket bound, windows, a policy. */
import { AppError } from '../src/kernel/errors.ts';
import type { CompileContext, CompiledObjective } from './compiled.ts';
import type { BurnPolicy, Indicator, ObjectiveDefinition } from './definition.ts';
import { measureProblem } from './measurable.ts';
import { spokenDuration } from './wording.ts';

/**
 * One per domain for `perDomain`, else exactly one. `perDomain: extracted` without extracted domains is one that does not apply.
 * @throws CONFIG_INVALID for an unknown policy or domain
 */
export function compileObjective(
  definition: ObjectiveDefinition,
  context: CompileContext,
): readonly CompiledObjective[] {
  const policy = policyOf(definition, context.policies);
  const domains = expandedDomains(definition, context);
  if (domains === null) return [compileOne(definition, context, policy, null)];
  if (domains.length === 0) {
    const reason = definition.notApplicable ?? 'no domain runs as a service of its own yet';
    return [{ ...compileOne(definition, context, policy, null), notApplicable: reason }];
  }
  return domains.map((domain) => compileOne(definition, context, policy, domain));
}

function compileOne(
  definition: ObjectiveDefinition,
  context: CompileContext,
  policy: BurnPolicy | null,
  domain: string | null,
): CompiledObjective {
  const { indicator, page } = definition;
  const target = indicator.kind === 'composite' ? 1 : indicator.target;
  const bounds = indicator.kind === 'latency' ? context.boundsOf(indicator.signal) : null;
  const goodAtMost = goodBoundOf(indicator);
  const pageAtMost = page?.kind === 'latency' ? page.atMostMs / 1_000 : null;
  return {
    id: domain === null ? definition.id : `${definition.id}:${domain}`,
    definition,
    domain: domain ?? definition.domain,
    kind: indicator.kind,
    group: domain === null ? null : { domain, operation: null },
    selector: selectorOf(definition, domain),
    target,
    budget: Number((1 - target).toFixed(12)),
    goodAtMost,
    pageAtMost,
    threshold: thresholdOf(indicator),
    windows: definition.windows,
    page,
    policy,
    parts: indicator.kind === 'composite' ? indicator.of : [],
    unmeasurable: bounds === null || goodAtMost === null ? null : measureProblem(definition, goodAtMost, bounds),
    pageUnmeasurable: bounds === null || pageAtMost === null ? null : measureProblem(definition, pageAtMost, bounds),
    boundsKnown: indicator.kind !== 'latency' || bounds !== null,
    notApplicable: domain === null ? definition.notApplicable : null,
  };
}

function policyOf(definition: ObjectiveDefinition, policies: readonly BurnPolicy[]): BurnPolicy | null {
  if (definition.burn === null) return null;
  const policy = policies.find((candidate) => candidate.id === definition.burn);
  if (policy !== undefined) return policy;
  throw new AppError(
    'CONFIG_INVALID',
    `objective "${definition.id}": burn "${definition.burn}" is not a policy; write one of ${policies.map(({ id }) => id).join(', ')}, or remove it`,
  );
}

function expandedDomains(definition: ObjectiveDefinition, context: CompileContext): readonly string[] | null {
  const over = definition.perDomain?.over;
  if (over === undefined) return null;
  if (over === 'all') return context.domains;
  if (over === 'extracted') return context.extracted ?? [];
  const stranger = over.find((domain) => !context.domains.includes(domain));
  if (stranger === undefined) return over;
  throw new AppError(
    'CONFIG_INVALID',
    `objective "${definition.id}": perDomain.over "${stranger}" is not a domain; write one of ${context.domains.join(', ')}`,
  );
}

function selectorOf(definition: ObjectiveDefinition, domain: string | null): CompiledObjective['selector'] {
  const { indicator, perDomain } = definition;
  if (indicator.kind === 'composite') return null;
  const where =
    domain === null || perDomain === null ? indicator.where : { ...indicator.where, [perDomain.label]: domain };
  return { signal: indicator.signal, source: indicator.source, where };
}

function goodBoundOf(indicator: Indicator): number | null {
  if (indicator.kind === 'latency') return indicator.atMostMs / 1_000;
  return indicator.kind === 'level' ? indicator.atMost : null;
}

function thresholdOf(indicator: Indicator): string | null {
  if (indicator.kind === 'latency') return `≤ ${spokenDuration(indicator.atMostMs)}`;
  return indicator.kind === 'level' ? `≤ ${indicator.atMost}` : null;
}
