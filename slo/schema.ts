/** Reads objectives and burn policies as people write them; every refusal names the objective, the key, the value and the remedy. */
import { AppError } from '../src/kernel/errors.ts';
import type { BurnPolicy, ObjectiveDefinition } from './definition.ts';

/** @throws CONFIG_INVALID */
export function parseObjectives(_section: unknown, _where: string): readonly ObjectiveDefinition[] {
  throw new AppError('INTERNAL', 'not built yet');
}

/** @throws CONFIG_INVALID */
export function parsePolicies(_section: unknown, _where: string): readonly BurnPolicy[] {
  throw new AppError('INTERNAL', 'not built yet');
}
