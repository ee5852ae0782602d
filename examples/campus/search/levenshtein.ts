/** Edit distance between two words, given up early when it can not matter. Pure. */

/**
 * Insertions, deletions and replacements that turn `left` into `right` (V. Levenshtein, 1966); `most + 1` when it is more than `most`.
 * @example editDistance('kitten', 'sitting', 3) // 3
 */
export function editDistance(left: string, right: string, most: number): number {
  if (Math.abs(left.length - right.length) > most) return most + 1;
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= right.length; column += 1) {
      const same = left.charCodeAt(row - 1) === right.charCodeAt(column - 1) ? 0 : 1;
      const distance = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + same,
      );
      current.push(distance);
      least = Math.min(least, distance);
    }
    if (least > most) return most + 1;
    previous = current;
  }
  return Math.min(most + 1, previous[right.length] ?? 0);
}
