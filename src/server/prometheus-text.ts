/** The text format 0.0.4 of Prometheus: families, samples, escaping. Pure. */

export type Labels = Readonly<Record<string, string>>;
/** Null is not known and is left out: a missing sample is honest, a zero is not. */
export type Sample = readonly [Labels, number | null];

/** One sample a state, 1 for the current one. */
export function oneHot<State extends string>(labels: Labels, states: readonly State[], current: State): Sample[] {
  return states.map((state): Sample => [{ ...labels, state }, state === current ? 1 : 0]);
}

/** One metric family with its header; empty without a known sample. */
export function family(name: string, type: 'counter' | 'gauge', help: string, samples: readonly Sample[]): string {
  const lines = samples.flatMap(([labels, value]) =>
    value === null ? [] : [`${name}${labelText(labels)} ${value}\n`],
  );
  return lines.length === 0 ? '' : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** Backslash, double quote and line feed, as the text format asks. */
function escapeLabel(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}
