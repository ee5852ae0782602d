/** The part of the configuration that names the web applications which may send. */
import { z } from 'zod';
import { parseWith } from '../../../src/kernel/validate.ts';
import type { FaroApp } from './options.ts';

const origin = z.string().transform((text, context): string => {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '' && url.hash === '')
    return url.origin;
  const message =
    text === '*'
      ? '"*" would let every page on the web send; name the origins, such as https://app.example.org'
      : `${JSON.stringify(text)} is not an origin; write scheme and host, such as https://app.example.org`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

/** Origins as in `cors`; each is brought to the form in which browsers send it. */
export const originList = z.array(origin);

const app = z.strictObject({
  key: z.string().min(16, 'is too short to be a key; use at least 16 random characters').nullish(),
  name: z.string().min(1).max(120).nullish(),
  origins: originList.default([]),
});

/** `faro: { apps: [ { key: "${FARO_KEY}", name: shop, origins: [https://shop.example.org] } ] }` */
export const faroSection = z.strictObject({ apps: z.array(app).default([]) });

/** The apps of the section. @throws CONFIG_INVALID naming `where`, the value and the remedy; never a key */
export function parseFaro(section: unknown, where: string): readonly FaroApp[] {
  const { apps } = parseWith(faroSection, section ?? {}, where);
  return apps.map(({ key, name, origins }) => ({ key: key ?? null, name: name ?? null, origins }));
}
