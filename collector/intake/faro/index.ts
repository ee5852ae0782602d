/** The door of the Faro intake: what browsers send. */

export { createFaroIntake, type FaroIntake } from './faro-intake.ts';
export {
  defaultFaroLimits,
  type FaroApp,
  type FaroIntakeOptions,
  type FaroLimits,
  type FaroStats,
} from './options.ts';
export { faroSection, originList, parseFaro } from './section.ts';
