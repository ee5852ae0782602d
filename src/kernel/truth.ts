/** Three-valued (Kleene) logic: an unknown is carried, never guessed. */

/** `unknown` always says why. */
export type Truth =
  | { readonly kind: 'true' }
  | { readonly kind: 'false' }
  | { readonly kind: 'unknown'; readonly reason: string };

export const yes: Truth = { kind: 'true' };
export const no: Truth = { kind: 'false' };

/** An unknown with its reason, a clause without a full stop. */
export function unknown(reason: string): Truth {
  return { kind: 'unknown', reason };
}

export function truthOf(value: boolean): Truth {
  return value ? yes : no;
}

export function isTrue(truth: Truth): boolean {
  return truth.kind === 'true';
}

export function isUnknown(truth: Truth): boolean {
  return truth.kind === 'unknown';
}

/** False wins, else unknown, else true; the empty conjunction is true. */
export function allOf(truths: readonly Truth[]): Truth {
  return truths.find((truth) => truth.kind === 'false') ?? joinUnknowns(truths) ?? yes;
}

/** True wins, else unknown, else false; the empty disjunction is false. */
export function anyOf(truths: readonly Truth[]): Truth {
  return truths.find((truth) => truth.kind === 'true') ?? joinUnknowns(truths) ?? no;
}

export function not(truth: Truth): Truth {
  switch (truth.kind) {
    case 'true':
      return no;
    case 'false':
      return yes;
    case 'unknown':
      return truth;
    default:
      return truth satisfies never;
  }
}

/** How many are true: at least `min`, at most `max` (every unknown turned true). */
export function countTrue(truths: readonly Truth[]): { readonly min: number; readonly max: number } {
  const min = truths.filter(isTrue).length;
  return { min, max: min + truths.filter(isUnknown).length };
}

/** "At least `needed` of these": decided as soon as no completion of the unknowns can change it. */
export function atLeast(needed: number, truths: readonly Truth[]): Truth {
  const { min, max } = countTrue(truths);
  if (min >= needed) return yes;
  if (max < needed) return no;
  return unknown(`${min} to ${max} of ${truths.length} are true, ${needed} are needed`);
}

/** `true | false | null` as JSON carries it. */
export function truthToJson(truth: Truth): boolean | null {
  return truth.kind === 'unknown' ? null : truth.kind === 'true';
}

function joinUnknowns(truths: readonly Truth[]): Truth | null {
  const reasons = truths.flatMap((truth) => (truth.kind === 'unknown' ? [truth.reason] : []));
  return reasons.length === 0 ? null : unknown([...new Set(reasons)].join('; '));
}
