/** Proves that a journey uses only names that are known by then. */
import { AppError } from '../src/kernel/errors.ts';
import type { JourneyStep } from './definition.ts';
import { builtInNames, namesIn } from './template.ts';

/**
 * Every template, `on` and `since` must name something earlier, and ids are unique.
 * @throws CONFIG_INVALID naming the step and what there is
 */
export function proveNames(steps: readonly JourneyStep[], cleanup: readonly JourneyStep[], subject: string): void {
  const captures: string[] = [];
  const seen: JourneyStep[] = [];
  for (const step of [...steps, ...cleanup]) {
    const place = `${subject}: step "${step.id}"`;
    const refuse = (message: string): AppError => new AppError('CONFIG_INVALID', `${place}: ${message}`);
    if (seen.some(({ id }) => id === step.id)) throw refuse('is defined twice; rename one');
    const unknown = namesIn(step).find((name) => ![...captures, ...builtInNames].includes(name));
    if (unknown !== undefined) {
      const known =
        captures.length === 0 ? 'no earlier step captures anything' : `earlier steps capture ${captures.join(', ')}`;
      throw refuse(`{{${unknown}}} is not known here; ${known}, and ${builtInNames.join(' and ')} are built in`);
    }
    const earlier = seen.map(({ id }) => id);
    if (step.since !== null && !earlier.includes(step.since)) {
      throw refuse(`since "${step.since}" is no earlier step; ${oneOf(earlier)}`);
    }
    const sockets = seen.filter(({ kind }) => kind === 'connect').map(({ id }) => id);
    if ('on' in step && !sockets.includes(step.on)) {
      throw refuse(`on "${step.on}" is no earlier step that connects; ${oneOf(sockets)}`);
    }
    captures.push(...Object.keys(step.capture).filter((name) => !captures.includes(name)));
    seen.push(step);
  }
}

function oneOf(names: readonly string[]): string {
  return names.length === 0 ? 'there is none before it' : `write one of ${names.join(', ')}`;
}
