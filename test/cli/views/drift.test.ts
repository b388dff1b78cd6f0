import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { humanDrift } from '../../../src/cli/views/drift-human.ts';
import { markdownDrift } from '../../../src/cli/views/drift-markdown.ts';
import { EDGE_CODES, type Drift } from '../../../src/review/drift.ts';
import { HOSTILE } from '../../properties/hostile.ts';
import {
  altered,
  base64,
  CERTIFICATES,
  driftOf,
  edited,
  LYNC,
  MAIL,
} from '../../support/estate.ts';
import { parsed, skeleton } from '../../support/markdown.ts';
import { nobody } from '../../support/terminal.ts';

/** An estate in which somebody was busy: of everything that is shown there is one. */
const BUSY = driftOf({
  text: edited(
    ['level: full, name', 'level: user, name'],
    ['issuer: lync }', 'issuer: lync, acceptSecurityIdentifiers: true }'],
    [
      '\nscenarios:',
      `
accepted:
  - address: partner/lync/exchange
    attribute: enabled
    reason: switched off for the migration of the archive, change 4711
    until: '2030-06-30'

scenarios:`,
    ],
  ),
  applied: edited(),
  lync: {
    ...altered(LYNC, 'Get-CsPartnerApplication', { Enabled: false, ApplicationTrustLevel: 'User' }),
    'Get-CsOAuthConfiguration': [],
  },
  exchange: {
    ...altered(MAIL, 'Get-PartnerApplication', {
      AuthMetadataUrl: 'https://somewhere.else.example.com/metadata/json/1',
      CertificateStrings: [base64(CERTIFICATES.next)],
    }),
    'Get-ManagementRoleAssignment': null,
  },
});

const printed = (drift: Drift, width: number): string => humanDrift(drift, { ...nobody(), width });

describe('drift for a person', () => {
  it.each([80, 120])('at %i columns', async width => {
    await expect(printed(BUSY, width)).toMatchFileSnapshot(`expected/drift-${width}.txt`);
  });

  it.each([80, 100, 120])(
    'keeps within %i columns, but for words that may not be broken',
    width => {
      const wide = printed(BUSY, width)
        .split('\n')
        .filter(line => line.length > width && line.trim().split(' ').length > 3);
      expect(wide).toEqual([]);
    },
  );

  it('of nothing is one sentence', () => {
    expect(printed(driftOf(), 80)).toBe('No drift.\n');
    expect(printed(driftOf({ exchange: null, lync: null }), 80)).toContain(
      'No drift was seen. Incomplete: 7 not seen.\n',
    );
  });

  it('lets no text of a server move a cursor', () => {
    for (const text of HOSTILE) {
      const out = printed(hostile(text), 80);
      expect(out.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
    }
  });
});

describe('drift as Markdown', () => {
  it('shows the same', async () => {
    await expect(markdownDrift(BUSY)).toMatchFileSnapshot('expected/drift.md');
  });

  it('has the same structure whatever servers and people wrote', () => {
    const plain = skeleton(parsed(markdownDrift(hostile('x'))));
    for (const text of HOSTILE) {
      expect(skeleton(parsed(markdownDrift(hostile(text)))), text).toEqual(plain);
    }
  });
});

const PAGE = new URL('../../../docs/drift.md', import.meta.url);
const BEGIN = '<!-- made by test/cli/views/drift.test.ts; PAGES=keep writes it anew -->\n';
const END = '<!-- end -->\n';

describe('docs/drift.md', () => {
  it('shows what comes out', () => {
    const page = readFileSync(PAGE, 'utf8');
    const [before = '', rest = ''] = page.split(BEGIN);
    const [, after = ''] = rest.split(END);
    const lync = altered(LYNC, 'Get-CsPartnerApplication', { Enabled: false });
    const text = edited(['issuer: lync }', 'issuer: lync, acceptSecurityIdentifiers: true }']);
    const out = printed(driftOf({ text, applied: edited(), lync }), 100);
    const now = `${before}${BEGIN}\n\`\`\`text\n${out}\`\`\`\n\n${END}${after}`;
    if (process.env['PAGES'] === 'keep') writeFileSync(PAGE, now);
    expect(page).toBe(now);
  });

  it('names every code of a finding', () => {
    const page = readFileSync(PAGE, 'utf8');
    for (const code of EDGE_CODES) expect(page).toContain(`\`${code}\``);
  });
});

/** Drift in which every text that is not ours is this one. */
function hostile(text: string): Drift {
  return {
    ...BUSY,
    drift: BUSY.drift.map(one => ({
      ...one,
      host: text,
      attributes: one.attributes.map(each => ({
        ...each,
        observed: text,
        accepted: { reason: text, until: '2030-06-30' },
      })),
    })),
    edges: BUSY.edges.map(({ address, findings }) => ({
      address,
      findings: findings.map(one => ({ ...one, text })),
    })),
    unseen: BUSY.unseen.map(one => ({ ...one, because: text })),
  };
}
