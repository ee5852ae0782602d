/** The flags of a rehearsal as a plan of rates. */
import { type Scenario, type StaircasePlan, staircaseRates } from '../../loadtests/index.ts';
import { AppError } from '../kernel/errors.ts';

/** As typed. */
export interface PlanFlags {
  readonly rates?: string;
  readonly start?: string;
  readonly factor?: string;
  readonly steps?: string;
  readonly bisections?: string;
}

const highestRate = 10_000;

/** `--rates 5,10,20`, else a staircase; the scenario's own where nothing is said. @throws USAGE */
export function planOf(flags: PlanFlags, usual: Scenario['staircase']): StaircasePlan {
  const bisections = numberIn(flags.bisections, '--bisections', 2, 0, 10);
  if (flags.rates !== undefined) {
    const rates = flags.rates.split(',').map((text) => numberIn(text, '--rates', 0, 0.1, highestRate));
    if (rates.every((rate, index) => index === 0 || rate > (rates[index - 1] ?? 0))) return { rates, bisections };
    throw new AppError('USAGE', `--rates ${flags.rates} must ascend, such as 5,10,20`);
  }
  const start = numberIn(flags.start, '--start', usual.start, 0.1, highestRate);
  const factor = numberIn(flags.factor, '--factor', usual.factor, 1.1, 10);
  const steps = Math.round(numberIn(flags.steps, '--steps', usual.steps, 1, 20));
  const rates = staircaseRates(start, factor, steps);
  if ((rates.at(-1) ?? 0) <= highestRate) return { rates, bisections };
  throw new AppError(
    'USAGE',
    `${steps} steps by ${factor} from ${start} end above ${highestRate} a second; take fewer`,
  );
}

/** @throws USAGE naming flag, value and range */
export function numberIn(text: string | undefined, flag: string, usual: number, low: number, high: number): number {
  if (text === undefined) return usual;
  const value = Number(text);
  if (text.trim() !== '' && value >= low && value <= high) return value;
  throw new AppError('USAGE', `${flag} "${text}" must be a number from ${low} to ${high}`);
}
