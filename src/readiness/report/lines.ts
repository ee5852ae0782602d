/** Wrapping and columns for a terminal of 100 columns. */

/** Columns of the text report. */
export const reportWidth = 100;

/** Words of the text in lines of at most `width` characters; a longer word stands alone, unbroken. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return line === '' ? lines : [...lines, line];
}

/** The text behind a label, wrapped and hanging: `  FOR       P1 fired …`. An empty label continues the one above. */
export function labelled(label: string, text: string, indent = 2, labelWidth = 14): readonly string[] {
  const lead = ' '.repeat(indent) + label.padEnd(labelWidth);
  const rest = ' '.repeat(lead.length);
  return wrapText(text, reportWidth - lead.length).map((line, index) => (index === 0 ? lead : rest) + line);
}

/** A label with several texts, each on lines of its own; nothing when there are none. */
export function labelledList(label: string, texts: readonly string[], indent = 2, labelWidth = 14): readonly string[] {
  return texts.flatMap((text, index) => labelled(index === 0 ? label : '', text, indent, labelWidth));
}

/** One table row whose cells wrap inside their columns; the widths include the gap to the next column. */
export function tableRow(cells: readonly string[], widths: readonly number[]): readonly string[] {
  const columns = cells.map((cell, index) => wrapText(cell, (widths[index] ?? 1) - 2));
  const height = Math.max(1, ...columns.map((column) => column.length));
  return Array.from({ length: height }, (_, row) =>
    columns
      .map((column, index) => (column[row] ?? '').padEnd(widths[index] ?? 0))
      .join('')
      .trimEnd(),
  );
}
