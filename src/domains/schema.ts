/** Validates the `domains` section of a profile. */
import { AppError } from '../kernel/errors.ts';
import type { Domain } from './domain.ts';

/** @throws CONFIG_INVALID naming path, value and remedy */
export function parseDomains(_section: unknown, _where: string): readonly Domain[] {
  throw new AppError('INTERNAL', 'not built yet');
}
