/** gates.yaml: the checklists and the phases of a migration with the gate that ends each. */
import { z } from 'zod';
import { parseSection, requireUniqueIds } from './parse-section.ts';

const book = z.strictObject({
  checklists: z.array(
    z.strictObject({
      id: z.string(),
      list: z.string(),
      item: z.string(),
      source: z.string(),
      kind: z.enum(['auto', 'declared']),
      /** The declared fact that answers it; null = an automatic check of the same id does. */
      fact: z.string().nullable().default(null),
    }),
  ),
  phases: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      writes: z.string(),
      reads: z.string(),
      source: z.string(),
      gates: z.array(
        z.strictObject({
          id: z.string(),
          text: z.string(),
          signal: z.string().nullable().default(null),
          required: z.number().nullable().default(null),
          unit: z.string().nullable().default(null),
          source: z.string(),
        }),
      ),
      rollback: z.string(),
    }),
  ),
  rollback: z.array(z.strictObject({ id: z.string(), text: z.string(), source: z.string() })).default([]),
});

export type GateBook = Readonly<z.output<typeof book>>;

/** @throws CONFIG_INVALID */
export function parseGates(section: unknown, where: string): GateBook {
  const gates = parseSection(book, section, where);
  requireUniqueIds(gates.checklists, where);
  requireUniqueIds(gates.phases, where);
  return gates;
}
