/** One text per label set, whatever its order; cheap, since every sample of a page needs one. */
import type { PageLabels } from './page.ts';

/** `except` is left out. Distinct sets give distinct texts. */
export function labelText(labels: PageLabels, except = ''): string {
  const names = Object.keys(labels);
  if (names.length > 1) names.sort();
  let text = '';
  for (const name of names) {
    const value = labels[name] ?? '';
    // Lengths before the texts: whatever they hold, two sets can not look the same.
    if (name !== except) text += `${name.length}:${name}${value.length}:${value}`;
  }
  return text;
}
