/** Counts by name. */

/** Both together. */
export function sumOf(
  left: Readonly<Record<string, number>>,
  right: Readonly<Record<string, number>>,
): Record<string, number> {
  const sum = { ...left };
  for (const [reason, count] of Object.entries(right)) sum[reason] = (sum[reason] ?? 0) + count;
  return sum;
}
