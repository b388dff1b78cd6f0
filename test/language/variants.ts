import { certificateOf } from '../proof/bundle.ts';
import { testKeyPair } from '../support/keys.ts';
import {
  exampleNames,
  renderAfter,
  renderExample,
  type Edit,
  type Rendered,
} from '../support/rendered.ts';

/** Certificates that variants name: two keys, so that one can replace the other. */
const FILES = new Map([
  ['evidence/old.cer', certificateOf(testKeyPair(4), 4)],
  ['evidence/new.cer', certificateOf(testKeyPair(5), 5)],
]);
const ROLL = "roll: { current: evidence/old.cer, effective: '2026-06-01T00:00:00Z' }";
const LYNC_CERTIFICATE = `autodiscover: { for: exchange, allowedDomains: ['*.litware.com'] }
    issuer: { certificate: { source: generate } }`;
const EXCHANGE_CERTIFICATE = `external: mail.litware.com }
    issuer: { certificate: { source: generate } }`;

function certificate(whole: string, written: string): Edit {
  return [whole, whole.replace('source: generate', written)];
}

/** What the examples do not show: together they reach every branch of every template. */
const VARIANTS: Readonly<Record<string, readonly [example: string, edits: readonly Edit[]]>> = {
  'certificates by their servers': [
    'lync-exchange',
    [
      certificate(LYNC_CERTIFICATE, 'source: request'),
      certificate(EXCHANGE_CERTIFICATE, 'source: host'),
    ],
  ],
  'certificates imported': [
    'lync-exchange',
    [
      certificate(LYNC_CERTIFICATE, 'source: import, public: evidence/new.cer'),
      certificate(EXCHANGE_CERTIFICATE, 'source: import, public: evidence/old.cer'),
    ],
  ],
  'certificates rolled': [
    'lync-exchange',
    [
      certificate(LYNC_CERTIFICATE, `source: generate, ${ROLL}`),
      certificate(EXCHANGE_CERTIFICATE, `source: import, public: evidence/new.cer, ${ROLL}`),
    ],
  ],
  'certificate made and rolled': [
    'lync-exchange',
    [certificate(EXCHANGE_CERTIFICATE, `source: host, ${ROLL}`)],
  ],
  'certificates existing': [
    'lync-exchange',
    [
      certificate(LYNC_CERTIFICATE, 'source: existing'),
      certificate(EXCHANGE_CERTIFICATE, 'source: existing'),
    ],
  ],
  'partner by certificate': [
    'lync-exchange',
    [
      [
        'issuer: exchange, level: full, name: Exchange',
        'issuer: exchange, basis: certificate, certificate: evidence/old.cer, level: application, enabled: false',
      ],
      certificate(EXCHANGE_CERTIFICATE, 'source: import, public: evidence/old.cer'),
      [
        '      unified-contact-store: on\n      meeting-scheduling: on\n',
        '      unified-contact-store: off\n',
      ],
    ],
  ],
  'realms pinned': [
    'lync-exchange',
    [
      [
        '{ default: litwareinc.com, additional: [litware.net] } }',
        '{ default: litwareinc.com, additional: [litware.net] }, value: sip.litware.example }',
      ],
      ['{ default: litware.com } }', '{ default: litware.com }, value: mail.litware.example }'],
      // What nobody declared is left as it is.
      ["    autodiscover: { for: exchange, allowedDomains: ['*.litware.com'] }\n", ''],
    ],
  ],
  'partner with everything said': [
    'lync-exchange',
    [
      [
        '{ acceptor: exchange, issuer: lync }',
        '{ acceptor: exchange, issuer: lync, name: Lync one, enabled: false, acceptSecurityIdentifiers: true, trustAnyCertificate: true }',
      ],
      [
        'issuer: exchange, level: full, name: Exchange',
        'issuer: exchange, level: full, acceptSecurityIdentifiers: true',
      ],
      [
        '      unified-contact-store: on\n      meeting-scheduling: on\n',
        '      unified-contact-store: off\n',
      ],
    ],
  ],
  'partner without a linked account of ours': [
    'lync-exchange',
    [
      [
        'external: mail.litware.com }',
        'external: mail.litware.com }\n    linkedAccounts: { create: false }',
      ],
    ],
  ],
  'archiving by two policies': [
    'skype-exchange-se',
    [
      [
        'policies: { Legal: { internal: true, external: true } }',
        'policies: { Legal: { internal: true, external: false }, Board: { internal: false, external: true } }',
      ],
    ],
  ],
  'archiving of a site, contact store off': [
    'lync-exchange',
    [
      [
        '      unified-contact-store: on\n',
        '      unified-contact-store: off\n      exchange-archiving: { configuration: "site:Redmond", mode: ImAndWebConf }\n',
      ],
    ],
  ],
};

/** What leaves the servers again. */
const REMOVALS: Readonly<Record<string, readonly [example: string, edits: readonly Edit[]]>> = {
  'partners removed': [
    'lync-exchange',
    [
      [
        '  - { acceptor: lync, issuer: exchange, level: full, name: Exchange }\n  - { acceptor: exchange, issuer: lync }\n',
        '  []\n',
      ],
      [
        "  - kind: on-premises\n    between: [lync, exchange]\n    features:\n      unified-contact-store: on\n      meeting-scheduling: on\n    probe: { sipUri: 'sip:s2s-probe@litwareinc.com' }\n",
        '  []\n',
      ],
    ],
  ],
  'features removed': [
    'skype-exchange-se',
    [
      [
        '      exchange-archiving:\n        configuration: global\n        mode: ImOnly\n        policies: { Legal: { internal: true, external: true } }\n      unified-contact-store: off\n',
        '      unified-contact-store: on\n',
      ],
    ],
  ],
};

/** Every example, every variant and every removal, rendered. */
export async function renderEverything(): Promise<Rendered[]> {
  const examples = await Promise.all(exampleNames().map(example => renderExample(example)));
  return [...examples, ...(await renderVariants())];
}

/** Every variant and every removal, rendered. */
export async function renderVariants(): Promise<Rendered[]> {
  return Promise.all([
    ...Object.entries(VARIANTS).map(([name, [example, edits]]) =>
      renderExample(example, { name, edits, files: FILES }),
    ),
    ...Object.entries(REMOVALS).map(([name, [example, edits]]) =>
      renderAfter(example, { name, edits }),
    ),
  ]);
}
