/** Who may want to know whom, by what they are good at: embeddings of skills and their cosine. Pure. */

/** Length of an embedding. */
const dimensions = 64;

/** A unit vector; each skill spreads over all dimensions by a hash of its name, so equal skills always agree. */
export function embed(skills: readonly string[]): Float64Array {
  const vector = new Float64Array(dimensions);
  for (const skill of skills) {
    let state = hashOf(skill);
    for (let index = 0; index < dimensions; index += 1) {
      state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x297a2d39;
      vector[index] = (vector[index] ?? 0) + (state >>> 0) / 2 ** 31 - 1;
    }
  }
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length === 0 ? vector : vector.map((value) => value / length);
}

/** −1..1; 1 for the same direction. Both of one length. */
export function cosine(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < left.length; index += 1) sum += (left[index] ?? 0) * (right[index] ?? 0);
  return sum;
}

/** A candidate and how near it is. */
export interface Scored {
  readonly id: number;
  readonly score: number;
}

/** The `limit` nearest of the candidates, best first, smaller id first when equal. */
export function nearest(
  vector: Float64Array,
  candidates: ReadonlyMap<number, Float64Array>,
  isWanted: (id: number) => boolean,
  limit: number,
): readonly Scored[] {
  const scored: Scored[] = [];
  for (const [id, candidate] of candidates) {
    if (isWanted(id)) scored.push({ id, score: cosine(vector, candidate) });
  }
  scored.sort((left, right) => right.score - left.score || left.id - right.id);
  return scored.slice(0, limit);
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}
