/** The small language of rules.yaml: claims about inputs, answered three-valued. */
import { z } from 'zod';
import { allOf, anyOf, atLeast, no, not, type Truth, truthOf, unknown, yes } from '../kernel/truth.ts';

/** One number or truth that rules speak about. Partly known numbers carry the ends of what is still possible. */
export interface Input {
  readonly id: string;
  readonly value: number | boolean | null;
  /** Why it is not known; null when it is. */
  readonly reason: string | null;
  /** Closed range of the possible values of an unknown number; null = open. */
  readonly low: number | null;
  readonly high: number | null;
  readonly synthetic: boolean;
}

export type Inputs = ReadonlyMap<string, Input>;

/** A comparison of one input; exactly one of the five operators. */
export interface Comparison {
  readonly input: string;
  readonly below?: number | undefined;
  readonly atMost?: number | undefined;
  readonly above?: number | undefined;
  readonly atLeast?: number | undefined;
  readonly is?: boolean | undefined;
}

export type Predicate =
  | Comparison
  | { readonly domainIn: readonly string[] }
  | { readonly all: readonly Predicate[] }
  | { readonly any: readonly Predicate[] }
  | { readonly not: Predicate }
  | { readonly atLeast: number; readonly of: readonly Predicate[] };

const comparison = z
  .strictObject({
    input: z.string().min(1),
    below: z.number().optional(),
    atMost: z.number().optional(),
    above: z.number().optional(),
    atLeast: z.number().optional(),
    is: z.boolean().optional(),
  })
  .refine((claim) => Object.values(claim).filter((value) => value !== undefined).length === 2, {
    message: 'name exactly one of below, atMost, above, atLeast, is',
  });

/** YAML form of a {@link Predicate}. */
export const predicateSchema: z.ZodType<Predicate> = z.lazy(() =>
  z.union([
    comparison,
    z.strictObject({ domainIn: z.array(z.string()).min(1) }),
    z.strictObject({ all: z.array(predicateSchema).min(1) }),
    z.strictObject({ any: z.array(predicateSchema).min(1) }),
    z.strictObject({ not: predicateSchema }),
    z.strictObject({ atLeast: z.int().positive(), of: z.array(predicateSchema).min(1) }),
  ]),
);

/** The claim about `domain` under these inputs; an input that nobody gave is unknown, never false. */
export function evaluatePredicate(predicate: Predicate, domain: string, inputs: Inputs): Truth {
  const of = (inner: Predicate): Truth => evaluatePredicate(inner, domain, inputs);
  if ('domainIn' in predicate) return truthOf(predicate.domainIn.includes(domain));
  if ('all' in predicate) return allOf(predicate.all.map(of));
  if ('any' in predicate) return anyOf(predicate.any.map(of));
  if ('not' in predicate) return not(of(predicate.not));
  if ('of' in predicate) return atLeast(predicate.atLeast, predicate.of.map(of));
  return compare(predicate, inputs.get(predicate.input));
}

/** Every comparison in the predicate, for the inputs it reads and the thresholds it uses. */
export function comparisonsOf(predicate: Predicate): readonly Comparison[] {
  if ('domainIn' in predicate) return [];
  if ('all' in predicate) return predicate.all.flatMap(comparisonsOf);
  if ('any' in predicate) return predicate.any.flatMap(comparisonsOf);
  if ('not' in predicate) return comparisonsOf(predicate.not);
  if ('of' in predicate) return predicate.of.flatMap(comparisonsOf);
  return [predicate];
}

/** `below 10`, `at least 3`, `is true`: the operator as a person says it. */
export function operatorText(claim: Comparison): string {
  if (claim.below !== undefined) return `below ${claim.below}`;
  if (claim.atMost !== undefined) return `at most ${claim.atMost}`;
  if (claim.above !== undefined) return `above ${claim.above}`;
  if (claim.atLeast !== undefined) return `at least ${claim.atLeast}`;
  return `is ${claim.is ?? true}`;
}

function compare(claim: Comparison, input: Input | undefined): Truth {
  if (input === undefined) return unknown(`nothing measures or declares ${claim.input}`);
  const { value } = input;
  if (claim.is !== undefined) {
    return typeof value === 'boolean' ? truthOf(value === claim.is) : unknown(input.reason ?? mistyped(input));
  }
  if (typeof value === 'boolean') return unknown(mistyped(input));
  const low = value ?? input.low ?? Number.NEGATIVE_INFINITY;
  const high = value ?? input.high ?? Number.POSITIVE_INFINITY;
  return within(claim, low, high) ?? unknown(input.reason ?? `${input.id} is not known`);
}

/** The comparison over a closed range: decided when both ends agree, else null. */
function within(claim: Comparison, low: number, high: number): Truth | null {
  const { below, atMost, above, atLeast: least } = claim;
  if (below !== undefined) return high < below ? yes : low >= below ? no : null;
  if (atMost !== undefined) return high <= atMost ? yes : low > atMost ? no : null;
  if (above !== undefined) return low > above ? yes : high <= above ? no : null;
  if (least !== undefined) return low >= least ? yes : high < least ? no : null;
  return null;
}

function mistyped(input: Input): string {
  return `${input.id} is ${String(input.value)}, which this rule cannot compare`;
}
