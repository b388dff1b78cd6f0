import { parse } from 'yaml';
import type { JsonObject } from '../../src/kernel/json.ts';
import { exampleText } from '../support/lowered.ts';

/** A topology in whose places hostile strings are put. */
export interface Base {
  readonly name: string;
  readonly value: JsonObject;
  /** False: refused as it stands, for a form of the language that is never accepted. */
  readonly sound: boolean;
}

/** Everything that a topology of today can say, in the fewest topologies that can say it. */
const FULL = `
apiVersion: concordat/v1
name: northwind
environment: production
forests:
  corp: { trusts: [mailforest] }
  mailforest: { trusts: [corp] }
realms:
  northwind:
    sipDomains: { default: northwindtraders.com, additional: [northwind.de] }
    id: 6b2a6ca0-4c1f-4a55-9d3e-2f0f3b1c7a10
    value: northwindtraders.com
  mail:
    acceptedDomains: { default: northwindtraders.com, additional: [northwind.de] }
    value: northwindtraders.com
deployments:
  skype:
    product: skype-for-business-server-se
    realm: northwind
    forest: corp
    metadataHost: sfbweb-int.northwindtraders.com
    oauth: 'on'
    pools:
      - fqdn: sfb.northwindtraders.com
        internalWebServices: sfbweb-int.northwindtraders.com
        externalWebServices: sfbweb.northwindtraders.com
        servers: [sfb1.northwindtraders.com, sfb2.northwindtraders.com]
    directors: [director.northwindtraders.com]
    autodiscover:
      for: exchange
      url: https://autodiscover.northwindtraders.com/autodiscover/autodiscover.svc
      allowedDomains: ['*.northwindtraders.com']
    issuer: { certificate: { source: existing, public: evidence/skype.cer } }
  exchange:
    product: exchange-server-se
    realm: mail
    forest: mailforest
    metadataHost: autodiscover.northwindtraders.com
    oauth: 'on'
    servers:
      - { fqdn: ex1.northwindtraders.com, site: Berlin, build: 15.2.2562.17, os: windows-server-2022 }
    namespaces:
      autodiscover: autodiscover.northwindtraders.com
      ews: { internal: mail.northwindtraders.com, external: mail.northwindtraders.com }
    linkedAccounts: { create: true }
    issuer: { certificate: { source: existing, public: evidence/exchange.cer } }
partners:
  - acceptor: skype
    issuer: exchange
    level: full
    name: First free name
    metadataUrl: https://autodiscover.northwindtraders.com/autodiscover/metadata/json/1
  - { acceptor: exchange, issuer: skype, basis: metadata, name: Second free name }
scenarios:
  - kind: on-premises
    between: [skype, exchange]
    features:
      exchange-archiving:
        configuration: site:Third free name
        mode: ImOnly
        policies: { Fourth free name: { internal: true, external: false } }
      unified-contact-store: 'off'
      meeting-scheduling: 'on'
      high-resolution-photos: 'on'
    probe: { sipUri: 'sip:s2s-probe@northwindtraders.com' }
`;

const lync = (): string => exampleText('lync-exchange');

function edited(text: string, edits: readonly (readonly [string, string])[]): string {
  return edits.reduce((now, [from, to]) => {
    if (now.split(from).length !== 2) throw new Error(`not there exactly once: ${from}`);
    return now.replace(from, () => to);
  }, text);
}

const ROLL = "roll: { current: evidence/old.cer, effective: '2026-06-01T00:00:00Z' }";
const AT_LYNC = `allowedDomains: ['*.litware.com'] }
    issuer: { certificate: { source: generate } }`;
const AT_EXCHANGE = `external: mail.litware.com }
    issuer: { certificate: { source: generate } }`;
const source = (whole: string, to: string): readonly [string, string] => [
  whole,
  whole.replace('source: generate', to),
];

/** What a topology says of before. */
const BEFORE = `moved: [{ from: talk, to: chat }]
removed: [{ from: post, destroy: false }]
import: [{ to: partner/lync/exchange, identity: Exchange }]`;

/** The bases: what is accepted first, then what only shows further forms of the language. */
export function bases(): Base[] {
  const sound = (name: string, text: string): Base => ({ name, value: value(text), sound: true });
  const never = (name: string, text: string): Base => ({ name, value: value(text), sound: false });
  return [
    sound('full', FULL),
    sound(
      'made here',
      edited(lync(), [
        source(AT_LYNC, 'source: generate, keySize: 2048, lifetime: P2Y'),
        ['environment: lab', `environment: lab\nwaivers: [${WAIVER}]\n${ACCEPTED}\n${BEFORE}`],
      ]),
    ),
    sound('made here, rolled', edited(lync(), [source(AT_LYNC, `source: generate, ${ROLL}`)])),
    sound(
      'requested and made by the host',
      edited(lync(), [
        source(AT_LYNC, `source: request, public: evidence/lync.cer, ${ROLL}`),
        source(AT_EXCHANGE, `source: host, public: evidence/exchange.cer, ${ROLL}`),
      ]),
    ),
    sound(
      'imported',
      edited(lync(), [source(AT_LYNC, `source: import, public: evidence/lync.cer, ${ROLL}`)]),
    ),
    sound(
      'by certificate',
      edited(lync(), [
        source(AT_EXCHANGE, 'source: import, public: evidence/exchange.cer'),
        [
          'issuer: exchange, level: full, name: Exchange',
          'issuer: exchange, basis: certificate, certificate: evidence/exchange.cer, ' +
            'principal: 00000002-0000-0ff1-ce00-000000000000, realm: litware.com',
        ],
      ]),
    ),
    sound(
      'mutual',
      edited(lync(), [
        ['  - { acceptor: exchange, issuer: lync }\n', ''],
        [
          '{ acceptor: lync, issuer: exchange, level: full, name: Exchange }',
          '{ mutual: [lync, exchange], basis: metadata, level: full }',
        ],
      ]),
    ),
    never('another source', edited(lync(), [source(AT_LYNC, 'source: unheard-of')])),
    never('another product', edited(lync(), [['lync-server-2013', 'lync-server-2010']])),
    ...['microsoft-365', 'cross-premises', 'unheard-of'].map(kind =>
      never(`scenario ${kind}`, edited(lync(), [['kind: on-premises', `kind: ${kind}`]])),
    ),
  ];
}

const WAIVER =
  '{ rule: R66, address: deployment/lync, reason: Fifth free name, until: 2030-06-30 }';

const ACCEPTED =
  'accepted: [{ address: partner/lync/exchange, attribute: enabled, ' +
  'reason: Sixth free name, until: 2030-06-30 }]';

function value(text: string): JsonObject {
  return parse(text) as JsonObject;
}
