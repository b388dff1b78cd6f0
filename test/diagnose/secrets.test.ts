import fc from 'fast-check';
import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { humanDiagnosis } from '../../src/cli/views/diagnosis-human.ts';
import { diagnose } from '../../src/diagnose/diagnose.ts';
import { Refusal } from '../../src/kernel/report.ts';
import { signingInput } from '../../src/proof/mint.ts';

const NOW = new Date('2030-01-01T00:00:00Z');
const ID = '00000002-0000-0ff1-ce00-000000000000';

/** Everything that a person or a program would get to see of an input. */
function shown(input: Uint8Array): string {
  try {
    const diagnosis = diagnose(input, NOW);
    const views = [80, 120].map(width =>
      humanDiagnosis(diagnosis, { colors: createColors(false), width }),
    );
    return [JSON.stringify(diagnosis), ...views].join('\n');
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return JSON.stringify(error.diagnostic);
  }
}

const canary = fc.stringMatching(/^canary[a-z0-9]{12}$/);
const PERSONAL = [
  ...['nameid', 'upn', 'smtp', 'sip', 'unique_name', 'preferred_username', 'name', 'email'],
  ...['puid', 'oid', 'sub', 'sid', 'ipaddr', 'given_name', 'family_name', 'msexchuid', 'other'],
];
const value = (one: string): fc.Arbitrary<string> =>
  fc.constantFrom(one, `${one}@contoso.com`, `CONTOSO\\${one}`, `sip:${one}@contoso.com`);

/** Tokens of every kind with a canary in each place where something personal or secret stands. */
const token = canary.chain(word =>
  fc
    .record({
      claims: fc.record(Object.fromEntries(PERSONAL.map(name => [name, value(word)])), {
        requiredKeys: [],
      }),
      header: fc.record(
        { typ: value(word), alg: value(word), x5t: value(word), kid: value(word) },
        { requiredKeys: [] },
      ),
      named: fc.record(
        { aud: value(word), iss: value(word), nii: value(word), ver: value(word) },
        { requiredKeys: [] },
      ),
      signature: fc.uint8Array({ minLength: 32, maxLength: 256 }),
      outer: fc.boolean(),
    })
    .map(({ claims, header, named, signature, outer }) => {
      const good = { aud: `${ID}/mail.contoso.com@contoso.com`, iss: `${ID}@contoso.com` };
      const signed = Buffer.from(signature).toString('base64url');
      const input = signingInput(
        { typ: 'JWT', alg: 'RS256', ...header },
        { ...good, ...claims, ...named },
      );
      const actortoken = `${input}.${signed}`;
      const around = signingInput({ typ: 'JWT', alg: 'none' }, { ...claims, actortoken });
      return { word, signed, text: outer ? `${around}.` : actortoken };
    }),
);

describe('what an input holds', () => {
  it('of signatures and of people never comes out', () => {
    fc.assert(
      fc.property(
        token,
        fc.constantFrom('', 'Bearer ', 'line\n'),
        ({ word, signed, text }, lead) => {
          const out = shown(Buffer.from(lead + text));
          expect(out).not.toContain(word);
          expect(out).not.toContain(signed.slice(0, 12));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('in headers and logs comes out in known forms only', () => {
    const line = (word: string): fc.Arbitrary<string> =>
      fc.constantFrom(
        `x-ms-diagnostics: 2000005;reason="The user '${word}' does not exist";error_category="${word}"`,
        `x-ms-diagnostics: 2000003;reason="The hostname component of the audience claim value ${word}"`,
        `WWW-Authenticate: Bearer client_id="${word}", realm="${word}", error="${word}"`,
        `Bearer client_id="${ID}", trusted_issuers="${word}@contoso.com,${ID}@${word}"`,
        `Bearer client_id="${ID}", authorization_uri="https://login.example/${word}?u=${word}"`,
        `Bearer ${word}="${word}", client_id="${ID}"`,
        `The user specified by the user-context in the token does not exist. ${word}@contoso.com`,
        `Missing signing certificate ${word} HTTP status 401 by V9: ${word}`,
        `Set-Cookie: ${word}; (401) ${word}`,
      );
    fc.assert(
      fc.property(
        canary.chain(word => line(word).map(text => ({ word, text }))),
        ({ word, text }) => {
          expect(shown(Buffer.from(text))).not.toContain(word);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('cannot move a cursor: no control character, whatever is given', () => {
    const hostile = fc.constantFrom(
      ...['\u001b[2J', '\u009b1m', '\u0007', '\r', '\u202e', '\u2028', '\u200b', '\ufeff'],
      ...['Bearer client_id="', 'x-ms-diagnostics: 2000003;reason="', '";', '401', 'eyJ', '.'],
      ...[`${ID}@`, 'contoso.com', ',', 'trusted_issuers="', 'error_category="'],
    );
    const text = fc.array(fc.oneof(hostile, fc.string({ unit: 'binary' })), { maxLength: 30 });
    fc.assert(
      fc.property(text, parts => {
        const out = shown(Buffer.from(parts.join('')));
        expect(out).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff]/);
      }),
      { numRuns: 500 },
    );
  });

  it('any bytes are diagnosed or refused', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), bytes => void shown(bytes)));
  });
});
