import type { Json } from '../kernel/json.ts';
import { visible } from '../kernel/visible.ts';
import type { LeftAlone } from '../plan/left-alone.ts';
import type { Draft, DraftDeployment, DraftEntry, DraftScenario } from './draft.ts';
import { comment, entry, flow, item } from './lines.ts';

/** A draft as the text of a topology, and what stands beside it on the servers. */
export function writeDraft(draft: Draft, left: readonly LeftAlone[] = []): string {
  const lines = [
    '# yaml-language-server: $schema=.concordat/topology.schema.json',
    '# Written by `concordat import` of what was read on',
    ...draft.deployments.map(
      ({ evidence: { host, collectedAt } }) => `#   ${visible(host)}, ${collectedAt}`,
    ),
    '# It says what is there: measured against the same evidence no plan of it changes a server.',
    ...(draft.deployments.every(({ certificate }) => certificate)
      ? []
      : ['# Where a certificate is still to be named, a plan shows that it is to be ensured.']),
    '# Lines with "decide:" ask for something that no server says.',
    'apiVersion: concordat/v1',
    '# decide: this name stands in plans and scripts, and is typed to approve an apply',
    `name: ${draft.name}`,
    'environment: production',
    '',
    'realms:',
    ...draft.deployments.flatMap(({ realm, realmEntry }) => entry(realm, realmEntry, '  ')),
    '',
    'deployments:',
    ...draft.deployments.flatMap(deploymentLines),
    ...section('partners', draft.partners, partnerLines),
    ...section('scenarios', draft.scenarios, scenarioLines),
    ...leftLines(
      left,
      draft.partners.filter(({ because }) => because.length > 0),
    ),
  ];
  return lines.join('\n') + '\n';
}

function deploymentLines(deployment: DraftDeployment): string[] {
  const { name, product, realm, settings, certificate, facts, notes, aside } = deployment;
  const own = { source: 'existing', ...(certificate && { public: certificate.file }) };
  return [
    `  ${name}:`,
    `    product: ${product.id}`,
    `    realm: ${realm}`,
    ...Object.entries(settings).flatMap(([key, value]) => settingLines(key, value, facts.asks)),
    ...aside.flatMap(({ at, because }) =>
      comment(`${at.join('.')} is left out: ${because}`, '    '),
    ),
    ...notes.flatMap(note => comment(note, '    ')),
    ...entry('issuer', { certificate: own }, '    '),
  ];
}

function settingLines(key: string, value: Json, asks: Readonly<Record<string, string>>): string[] {
  const ask = asks[key];
  const asked = ask === undefined ? [] : comment(`decide: ${ask}`, '    ');
  return [...asked, ...entry(key, value, '    ')];
}

const MARK = 'take this mark away together with one below';

type Told = { readonly because: readonly string[] };

/** Entries that stand there, and then, as comments, those that do not, each with the reason. */
function section<Entry extends Told>(
  name: string,
  entries: readonly Entry[],
  linesOf: (entry: Entry) => string[],
): string[] {
  if (entries.length === 0) return [];
  const [written, aside] = apart(entries);
  return [
    '',
    written.length === 0 ? `# ${name}: # ${MARK}` : `${name}:`,
    ...written.flatMap(linesOf),
    ...aside.flatMap(one => asComments(one, linesOf(one), '  ')),
  ];
}

function apart<Entry extends Told>(entries: readonly Entry[]): [Entry[], Entry[]] {
  return [
    entries.filter(({ because }) => because.length === 0),
    entries.filter(({ because }) => because.length > 0),
  ];
}

/** Ready to be written again by whoever wants it so: a mark taken away, and it stands there. */
function asComments({ because }: Told, lines: readonly string[], indent: string): string[] {
  return [
    ...because.flatMap(one => comment(`not written, because ${one}:`, indent)),
    ...lines.map(line => `${indent}# ${line.slice(indent.length)}`),
  ];
}

function partnerLines({ value, notes }: DraftEntry): string[] {
  return [...notes.flatMap(note => comment(note, '  ')), ...item(value, '  ')];
}

function scenarioLines({ between, features, notes }: DraftScenario): string[] {
  const [written, aside] = apart(features);
  return [
    '  - kind: on-premises',
    `    between: ${flow(between)}`,
    ...notes.flatMap(note => comment(note, '    ')),
    written.length === 0 ? `    # features: # ${MARK}` : '    features:',
    ...written.flatMap(({ name, value }) => entry(name, value, '      ')),
    ...aside.flatMap(one => asComments(one, entry(one.name, one.value, '      '), '      ')),
    ...comment('decide: a user for the live checks: probe: { sipUri: sip:... }', '    '),
  ];
}

function leftLines(left: readonly LeftAlone[], aside: readonly DraftEntry[]): string[] {
  if (left.length === 0) return [];
  const isAside = (deployment: string, name: string): boolean =>
    aside.some(({ value }) => value['acceptor'] === deployment && value['name'] === name);
  return [
    '',
    '# What stands on these servers beside that is none of this topology, and is left alone:',
    ...left.flatMap(({ deployment, objects }) =>
      objects.map(({ object, name }) => {
        const above = isAside(deployment, name) ? ' (not written above)' : '';
        return `#   ${deployment}: ${object} ${visible(JSON.stringify(name))}${above}`;
      }),
    ),
  ];
}
