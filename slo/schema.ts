/** Reads objectives and burn policies as people write them; every refusal names the objective, the key, the value and the remedy. */
import { z } from 'zod';
import { AppError } from '../src/kernel/errors.ts';
import { parseWith } from '../src/kernel/validate.ts';
import type { BurnPolicy, ObjectiveDefinition, PageDefinition } from './definition.ts';
import { indicator } from './indicator-schema.ts';
import { page } from './page-schema.ts';
import { durationMs, positiveCount } from './value-schema.ts';
import { windows } from './window-schema.ts';

const id = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, {
  error: (issue) => `${JSON.stringify(issue.input)} is not an id; write small letters, digits and hyphens`,
});

const perDomain = z.strictObject({
  over: z.union([z.enum(['all', 'extracted']), z.array(z.string()).min(1)], {
    error: (issue) => `${JSON.stringify(issue.input)} is not known; write all, extracted or a list of domain ids`,
  }),
  label: z.string().default('domain'),
});

const objective = z.strictObject({
  id,
  sentence: z.string().min(1),
  source: z.string().min(1),
  domain: z.string().nullable().default(null),
  indicator,
  window: windows,
  page: page.nullable().default(null),
  burn: z.string().nullable().default(null),
  perDomain: perDomain.nullable().default(null),
  notApplicable: z.string().min(1).nullable().default(null),
  note: z.string().nullable().default(null),
});

const policy = z.strictObject({
  id,
  source: z.string().min(1),
  window: durationMs,
  pairs: z
    .array(
      z.strictObject({
        long: durationMs,
        short: durationMs,
        factor: z.number().gt(0),
        severity: z.enum(['page', 'ticket']),
        minFailures: positiveCount.default(1),
      }),
    )
    .min(1),
});

/**
 * The `objectives` section: a list. Null or absent is an empty list. `where` names the file or section.
 * @throws CONFIG_INVALID naming objective, key, value and remedy
 */
export function parseObjectives(section: unknown, where: string): readonly ObjectiveDefinition[] {
  const rows = rowsOf(section, where, 'objective');
  const parsed = rows.map(({ row, subject }): ObjectiveDefinition => {
    const { window, ...rest } = parseWith(objective, row, subject);
    requireFittingPage(rest.page, rest.indicator.kind, subject);
    return { ...rest, windows: window };
  });
  refuseDuplicates(parsed, where, 'objective');
  return parsed;
}

/**
 * The `policies` section: a list of burn policies. Null or absent is an empty list.
 * @throws CONFIG_INVALID naming policy, key, value and remedy
 */
export function parsePolicies(section: unknown, where: string): readonly BurnPolicy[] {
  const parsed = rowsOf(section, where, 'policy').map(({ row, subject }): BurnPolicy => {
    const { window, pairs, ...rest } = parseWith(policy, row, subject);
    return {
      ...rest,
      windowMs: window,
      pairs: pairs.map(({ long, short, ...pair }) => ({ ...pair, longMs: long, shortMs: short })),
    };
  });
  refuseDuplicates(parsed, where, 'policy');
  return parsed;
}

function rowsOf(section: unknown, where: string, noun: string): readonly { row: unknown; subject: string }[] {
  if (section === null || section === undefined) return [];
  if (!Array.isArray(section)) {
    throw new AppError('CONFIG_INVALID', `${where}: must be a list; begin each ${noun} with "- id:"`);
  }
  return section.map((row: unknown, index) => {
    const named = typeof row === 'object' && row !== null && 'id' in row && typeof row.id === 'string';
    return { row, subject: `${where}: ${noun} ${named ? `"${row.id}"` : `number ${index + 1}`}` };
  });
}

function refuseDuplicates(rows: readonly { readonly id: string }[], where: string, noun: string): void {
  const seen = new Set<string>();
  for (const { id: name } of rows) {
    if (seen.has(name)) {
      throw new AppError('CONFIG_INVALID', `${where}: ${noun} "${name}": is defined twice; rename or remove one`);
    }
    seen.add(name);
  }
}

function requireFittingPage(definition: PageDefinition | null, kind: string, subject: string): void {
  if (definition === null) return;
  const wanted = { latency: 'latency', errors: 'errors', availability: 'down' }[kind];
  if (definition.kind === wanted) return;
  const remedy = { latency: 'atMost and over', errors: 'above and over', availability: 'downFor' }[kind];
  throw new AppError(
    'CONFIG_INVALID',
    `${subject}: page does not fit an indicator of kind ${kind}; ${remedy === undefined ? 'remove it' : `write ${remedy}`}`,
  );
}
