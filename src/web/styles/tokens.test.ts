/** Contrast of every colour token against every ground, in both themes (WCAG 2.2: 4.5 for text, 3 for marks). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(
    ([, name = '', light = '', dark = '']) => [name, { light, dark }] as const,
  ),
);
const themes = ['light', 'dark'] as const;
const grounds = ['ground', 'raised', 'simulated'];
const texts = ['ink', 'ink-quiet', 'ink-faint', 'accent', 'met', 'breached', 'pending', 'clearing', 'unknown'];
const marks = [...tokens.keys()].filter((name) => name.startsWith('domain-'));

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function tooPale(names: readonly string[], on: readonly string[], least: number): string[] {
  return themes.flatMap((theme) =>
    names.flatMap((name) =>
      on.flatMap((ground) => {
        const ratio = contrast(tokens.get(name)?.[theme] ?? '#808080', tokens.get(ground)?.[theme] ?? '#808080');
        return ratio < least ? [`${theme}: ${name} on ${ground} is ${ratio.toFixed(2)}, needs ${least}`] : [];
      }),
    ),
  );
}

describe('the colours', () => {
  it('agree with the worked example of WCAG: black on white is 21, #777777 on white 4.48', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  });

  it('are all found in the style sheet', () => {
    expect([...grounds, ...texts].filter((name) => !tokens.has(name))).toEqual([]);
    expect(marks).toHaveLength(13);
  });

  it('give text at least 4.5 on every ground in both themes', () => {
    expect(tooPale(texts, grounds, 4.5)).toEqual([]);
    expect(tooPale(['simulated-ink'], ['simulated'], 4.5)).toEqual([]);
  });

  it('give the marks of domains at least 3 on the page and on a hovered row', () => {
    expect(tooPale(marks, ['ground', 'raised'], 3)).toEqual([]);
  });
});
