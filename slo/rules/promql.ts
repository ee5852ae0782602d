/** Small pieces of PromQL text. */

/** A label condition: one value, or any of several. */
export type Conditions = Readonly<Record<string, string | readonly string[]>>;

/** A number without float noise: 14.4 × (1 − 0.999) → `0.0144`. */
export function number(value: number): string {
  return String(Number(value.toPrecision(12)));
}

/** `{a="x",b=~"y|z"}`; empty conditions are `{}`. `extra` are matchers already written. */
export function matchers(conditions: Conditions, extra: readonly string[] = []): string {
  const written = Object.entries(conditions).map(([name, wanted]) =>
    typeof wanted === 'string' ? `${name}=${quoted(wanted)}` : `${name}=~${quoted(wanted.map(literal).join('|'))}`,
  );
  return `{${[...written, ...extra].join(',')}}`;
}

/**
 * A bucket bound as pages write it. A whole one is `1` from prom-client and `1.0` from Prometheus 3, which rewrites it on scrape:
 * both are accepted.
 */
export function bucketBound(bound: number): string {
  const text = String(bound);
  return Number.isInteger(bound) ? `le=~${quoted(`${text}|${text}\\.0`)}` : `le=${quoted(text)}`;
}

/**
 * Growth of all counters of a selector over a window, resets handled. A counter that was born inside the window of a target that
 * was already scraped begins at 0, so it counts as it stands: `increase` would lose its first events, often the first failure.
 */
export function growth(selector: string, window: string): string {
  return `sum(
  (${selector} unless ${selector} offset ${window}) and on (job, instance) (up offset ${window} == 1)
  or
  increase(${selector}[${window}])
)`;
}

/** A PromQL string. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** The text as a regular expression that matches only itself. */
function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
