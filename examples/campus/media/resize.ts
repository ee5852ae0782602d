/** Makes an image smaller the hard way: each output byte is the mean of a square of input bytes. Pure, and real CPU work. */

/** `side` × `side` bytes; the input is read as a square of grey values, the rest of it is left out. */
export function shrink(bytes: Uint8Array, side: number): Uint8Array {
  const from = Math.floor(Math.sqrt(bytes.length));
  const target = Math.max(1, Math.min(side, from));
  const step = from / target;
  const output = new Uint8Array(target * target);
  for (let row = 0; row < target; row += 1) {
    for (let column = 0; column < target; column += 1) {
      output[row * target + column] = meanOf(
        bytes,
        from,
        Math.floor(row * step),
        Math.floor(column * step),
        Math.ceil(step),
      );
    }
  }
  return output;
}

function meanOf(bytes: Uint8Array, width: number, top: number, left: number, size: number): number {
  let sum = 0;
  let count = 0;
  for (let row = top; row < Math.min(width, top + size); row += 1) {
    for (let column = left; column < Math.min(width, left + size); column += 1) {
      sum += bytes[row * width + column] ?? 0;
      count += 1;
    }
  }
  return count === 0 ? 0 : Math.round(sum / count);
}
