/** Turns a definition into runnable objectives. */
import { AppError } from '../src/kernel/errors.ts';
import type { CompileContext, CompiledObjective } from './compiled.ts';
import type { ObjectiveDefinition } from './definition.ts';

/** One per domain for `perDomain`, else exactly one. @throws CONFIG_INVALID for an unknown policy or domain */
export function compileObjective(
  _definition: ObjectiveDefinition,
  _context: CompileContext,
): readonly CompiledObjective[] {
  throw new AppError('INTERNAL', 'not built yet');
}
