/** Signed exceptions: which rules they lift, and which of them are not allowed or have lapsed. */
import type { ReadinessReport } from '../contract/index.ts';
import { isoTime } from '../kernel/clock.ts';
import type { ReadinessInput } from './readiness-input.ts';
import type { RuleException } from './records.ts';

/** Ids of the rules from which a valid exception frees the domain; rules that allow no exception stay. */
export function exemptRules(input: ReadinessInput, domain: string): ReadonlySet<string> {
  const exceptable = new Set(input.rules.keepRules.filter((rule) => rule.exceptable).map(({ id }) => id));
  const valid = input.exceptions.filter(
    (exception) => isFor(exception, domain) && exceptable.has(exception.rule) && input.nowMs < exception.expiresAt,
  );
  return new Set(valid.map(({ rule }) => rule));
}

/** The exceptions as the report lists them, lapsed ones too. */
export function answerExceptions(input: ReadinessInput): ReadinessReport['exceptions'] {
  return input.exceptions.map(({ rule, domain, reason, approver, expiresAt }) => {
    const base = { rule, domain, reason, approver };
    return { ...base, expiresAt: isoTime(expiresAt), expired: input.nowMs >= expiresAt };
  });
}

/** Exceptions that try to lift what this profile does not allow to be lifted, as findings. */
export function forbiddenExceptions(input: ReadinessInput): readonly string[] {
  return input.exceptions.flatMap(({ rule, approver }) => {
    const definition = input.rules.keepRules.find(({ id }) => id === rule);
    if (definition?.exceptable === true) return [];
    const why =
      definition === undefined ? 'is not a rule of this profile' : `allows no exception (${definition.source})`;
    return [`exception signed by ${approver}: ${rule} ${why}; remove the exception`];
  });
}

function isFor(exception: RuleException, domain: string): boolean {
  return exception.domain === null || exception.domain === domain;
}
