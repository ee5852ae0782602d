/** Which label sets found no room of late, so that a person sees which label to take away. */
import type { Series } from '../../src/kernel/series.ts';

/** What is noted. */
type Named = Pick<Series, 'signal' | 'labels'>;

/** One label set that is counted under `overflow="true"`; `labels` as in Prometheus, `{name="value"}`, cut after 200 characters. */
export interface OverflowExample {
  readonly signal: string;
  readonly labels: string;
}

/** How many are kept. */
export const overflowExamples = 20;

const longestText = 200;

/** The most recent ones, each once. */
export class OverflowLog {
  readonly #byKey = new Map<string, Named>();

  /** `key` tells identities apart. */
  note(key: string, identity: Named): void {
    this.#byKey.delete(key);
    this.#byKey.set(key, identity);
    if (this.#byKey.size <= overflowExamples) return;
    for (const oldest of this.#byKey.keys()) {
      this.#byKey.delete(oldest);
      return;
    }
  }

  /** What was noted since the last call, oldest first. */
  take(): OverflowExample[] {
    const examples = [...this.#byKey.values()].map(({ signal, labels }) => ({ signal, labels: textOf(labels) }));
    this.#byKey.clear();
    return examples;
  }
}

/** `more` behind `known`, each once, the most recent {@link overflowExamples}. */
export function joinExamples(known: readonly OverflowExample[], more: readonly OverflowExample[]): OverflowExample[] {
  const isNew = (one: OverflowExample): boolean =>
    !more.some(({ signal, labels }) => signal === one.signal && labels === one.labels);
  return [...known.filter(isNew), ...more].slice(-overflowExamples);
}

function textOf(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value.slice(0, longestText))}`);
  return `{${pairs.join(',')}}`.slice(0, longestText);
}
