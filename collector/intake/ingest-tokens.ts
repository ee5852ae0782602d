/** The configuration's `tokens.ingest`: one token for all senders, or one for each with a name and limits of its own. */
import { z } from 'zod';
import type { SenderLimits } from './options.ts';
import { senderLimitsOf, tokenLimits } from './section.ts';

/** Who sends with a token that has no name. */
const onlyName = 'ingest';
/** Senders that are something else: who has the admin token, who has no address, the control plane, the rest in a list. */
const takenNames: readonly string[] = ['admin', 'unknown', 'seamwatch', 'others'];

const list = `a list such as [ { name: shop, token: "\${SHOP_TOKEN}" } ]`;

const entry = z.strictObject(
  {
    name: z
      .string('is not a name; write lower-case letters, digits and hyphens')
      .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'is not a name; write lower-case letters, digits and hyphens')
      .refine((name) => !takenNames.includes(name), 'is taken by seamwatch itself; choose another name'),
    token: z
      .string('is not text; put it in quotes')
      .refine((token) => token.trim() !== '', 'is empty; give it a value'),
    ...tokenLimits,
  },
  { error: (issue) => (issue.code === 'invalid_type' ? `is not a token with its name; write ${list}` : undefined) },
);

/** A text is the one token of all; the result is always a list. Messages never hold a token. */
export const ingestTokens = z
  .preprocess(
    (value) => (typeof value === 'string' && value.trim() !== '' ? [{ name: onlyName, token: value }] : (value ?? [])),
    z.array(entry, {
      error: ({ input }) =>
        typeof input === 'string'
          ? 'is empty; give it a long random value or leave the key out'
          : `is neither a token nor ${list}`,
    }),
  )
  .superRefine((tokens, context) => {
    for (const [index, { name, token }] of tokens.entries()) {
      const refuse = (key: 'name' | 'token', message: string): void =>
        context.addIssue({ code: 'custom', path: [index, key], message });
      const before = tokens.slice(0, index);
      if (before.some((one) => one.name === name)) refuse('name', 'is there twice; give each token a name of its own');
      const same = before.find((one) => one.token === token);
      if (same !== undefined) refuse('token', `is that of "${same.name}" too; give each sender a token of its own`);
      if (token.trim() !== '' && /\s/.test(token))
        refuse('token', 'holds white space, which no header can carry; leave it out');
    }
  })
  .prefault([]);

/** One sender that is let in, and what it may send. */
export type IngestToken = z.output<typeof ingestTokens>[number];

/** Of the senders with limits of their own, by name. */
export function sendersOf(tokens: readonly IngestToken[]): Readonly<Record<string, Partial<SenderLimits>>> {
  return Object.fromEntries(
    tokens
      .map((token) => [token.name, senderLimitsOf(token)] as const)
      .filter(([, limits]) => Object.keys(limits).length > 0),
  );
}
