/** Colours of Okabe and Ito, as in the console, and the words and shapes that stand before them. */
import type { ValueMap } from '@grafana/grafana-foundation-sdk/dashboard';
import { MappingType } from '@grafana/grafana-foundation-sdk/dashboard';

/** One hue a meaning, readable on a light and on a dark ground. */
export const colour = {
  met: '#009E73',
  breached: '#D55E00',
  pending: '#E69F00',
  clearing: '#56B4E9',
  unknown: '#8A9099',
  notApplicable: '#6B7178',
  plain: '#0072B2',
  other: '#CC79A7',
} as const;

/** States of a one-hot family in the order of their codes (from 1), with the text on screen. */
export type States = readonly { readonly state: string; readonly text: string; readonly colour: string }[];

export const objectiveStates: States = [
  { state: 'met', text: '● met', colour: colour.met },
  { state: 'breached', text: '▲ breached', colour: colour.breached },
  { state: 'unknown', text: '◌ unknown', colour: colour.unknown },
  { state: 'notApplicable', text: '– not applicable', colour: colour.notApplicable },
];

export const triggerStates: States = [
  { state: 'clear', text: '● clear', colour: colour.met },
  { state: 'pending', text: '◆ pending', colour: colour.pending },
  { state: 'fired', text: '▲ fired', colour: colour.breached },
  { state: 'clearing', text: '◇ clearing', colour: colour.clearing },
  { state: 'unknown', text: '◌ unknown', colour: colour.unknown },
];

/** Code → word and colour, for a query made by `stateCode`. */
export function stateMapping(states: States): ValueMap {
  return codeMapping(states.map((one, index) => ({ ...one, code: index + 1 })));
}

/** The same for 0 and 1: is it up? */
export const upMapping: ValueMap = codeMapping([
  { code: 0, text: '▲ down', colour: colour.breached },
  { code: 1, text: '● up', colour: colour.met },
]);

/** Text → text, such as a domain's id → its title. */
export function textMapping(texts: Readonly<Record<string, string>>): ValueMap {
  return {
    type: MappingType.ValueToText,
    options: Object.fromEntries(Object.entries(texts).map(([from, text], index) => [from, { text, index }])),
  };
}

function codeMapping(
  codes: readonly { readonly code: number; readonly text: string; readonly colour: string }[],
): ValueMap {
  const options = codes.map(({ code, text, colour: color }, index) => [String(code), { text, color, index }] as const);
  return { type: MappingType.ValueToText, options: Object.fromEntries(options) };
}
