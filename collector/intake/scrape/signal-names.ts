/** From a name on a page back to the signal: the inverse of the library's own names; every other name is the signal itself. */
import { metric } from '../../../src/kernel/conventions.ts';
import { kindOfSignal, prometheusName, type SignalKind } from '../../../src/kernel/metric-name.ts';

/** `factor`: what the page's number is multiplied by to be in the signal's unit. */
export interface PageSignal {
  readonly signal: string;
  readonly factor: number;
}

const ownSignals: ReadonlyMap<string, PageSignal> = new Map(
  Object.values(metric).map((signal) => {
    const kind = kindOfSignal(signal);
    return [`${kind} ${prometheusName(signal, kind)}`, { signal, factor: signal.endsWith('_ms') ? 1_000 : 1 }];
  }),
);

/** `name`: of a histogram or gauge its family's, of a counter its sample's with `_total`. */
export function signalOf(name: string, kind: SignalKind): PageSignal {
  return ownSignals.get(`${kind} ${name}`) ?? { signal: name, factor: 1 };
}
