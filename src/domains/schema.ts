/** Validates the `domains` section of a profile. */
import { z } from 'zod';
import { AppError } from '../kernel/errors.ts';
import { parseWith } from '../kernel/validate.ts';
import type { Domain } from './domain.ts';

const names = z.array(z.string().min(1)).default([]);

const operation = z.strictObject({ id: z.string().min(1), http: z.string().nullable().default(null) });

const domain = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/, {
    error: (issue) => `${JSON.stringify(issue.input)} is not an id; write small letters, digits and hyphens`,
  }),
  title: z.string().min(1),
  module: z.string().nullable().default(null),
  priority: z.enum(['P0', 'P1', 'P2', 'P3', 'P4', 'P5']).nullable().default(null),
  operations: z.array(operation).default([]),
  tables: names,
  signals: names,
  emits: names,
  consumes: names,
  aliases: z.record(z.string(), z.string()).default({}),
  api: names,
  dependsOn: names,
  linesOfCode: z.number().int().min(1).nullable().default(null),
  extractable: z.boolean().default(true),
  notes: names,
  source: z.string().min(1),
});

const routeForm = /^(GET|POST|PUT|PATCH|DELETE|WS) \/\S*$/;

/**
 * The `domains` section: a list. `where` names the file or section.
 * @throws CONFIG_INVALID naming place, domain, value and remedy: unknown keys, a domain twice, a dependency or a table's
 * second owner that the catalogue does not know
 */
export function parseDomains(section: unknown, where: string): readonly Domain[] {
  if (!Array.isArray(section)) {
    throw new AppError('CONFIG_INVALID', `${where}: must be a list of domains; begin each with "- id:"`);
  }
  const domains = section.map((row: unknown, index): Domain => {
    const named = typeof row === 'object' && row !== null && 'id' in row && typeof row.id === 'string';
    return parseWith(domain, row, `${where}: domain ${named ? `"${row.id}"` : `number ${index + 1}`}`);
  });
  requireOneOwner(domains, where);
  for (const row of domains) requireKnown(row, domains, where);
  return domains;
}

function requireOneOwner(domains: readonly Domain[], where: string): void {
  const owners = new Map<string, string>();
  const ids = new Set<string>();
  for (const { id, tables } of domains) {
    if (ids.has(id)) throw invalid(where, id, 'is defined twice; rename or remove one');
    ids.add(id);
    for (const table of tables) {
      const owner = owners.get(table);
      if (owner !== undefined)
        throw invalid(where, id, `table "${table}" is owned by "${owner}" already; keep one owner`);
      owners.set(table, id);
    }
  }
}

function requireKnown(row: Domain, domains: readonly Domain[], where: string): void {
  const stranger = row.dependsOn.find((id) => !domains.some((other) => other.id === id));
  if (stranger !== undefined) {
    const known = domains.map(({ id }) => id).join(', ');
    throw invalid(where, row.id, `dependsOn "${stranger}" is not a domain; write one of ${known}`);
  }
  const routes = [...row.api, ...row.operations.flatMap(({ http }) => (http === null ? [] : [http]))];
  const badRoute = routes.find((route) => !routeForm.test(route));
  if (badRoute !== undefined) {
    throw invalid(
      where,
      row.id,
      `route "${badRoute}" is not understood; write a method and a path, such as GET /api/feed`,
    );
  }
}

function invalid(where: string, id: string, finding: string): AppError {
  return new AppError('CONFIG_INVALID', `${where}: domain "${id}": ${finding}`);
}

/** The domain that owns a table, or null; `conversationParticipants` and `conversation_participants` are the same table. */
export function ownerOfTable(domains: readonly Domain[], table: string): string | null {
  const wanted = plainName(table);
  return domains.find(({ tables }) => tables.some((name) => plainName(name) === wanted))?.id ?? null;
}

function plainName(table: string): string {
  return table.replaceAll('_', '').toLowerCase();
}
