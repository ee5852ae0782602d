/** The share of calls that failed, with of how many; unknown where no call tells how it ended. */
import type { MapEdge } from '../../contract/index.ts';
import { failedWords, isFailing } from '../format/map-sentence.ts';
import { percentText } from '../format/number.ts';
import { State } from '../parts/mark.tsx';

interface FailedProps {
  readonly of: Pick<MapEdge, 'calls' | 'errorRatio' | 'knownOutcomes'>;
}

/** Marked from 1 % on. */
export function Failed({ of }: FailedProps) {
  const words = failedWords(of);
  if (of.errorRatio === null) {
    return (
      <span class="quiet" title={words}>
        unknown
      </span>
    );
  }
  if (isFailing(of)) return <State mark={{ word: percentText(of.errorRatio), tone: 'breached' }} title={words} />;
  return <span title={words}>{percentText(of.errorRatio)}</span>;
}
