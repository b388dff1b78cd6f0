import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { JsonObject } from '../../src/kernel/json.ts';
import { readTopology } from '../../src/topology/read.ts';
import { findSecrets } from '../../src/topology/secrets.ts';

describe('secrets', () => {
  it.each([
    ['{ a: { password: x } }', [['a', 'password']]],
    ['{ list: [{ pfxPassword: [1] }] }', [['list', 0, 'pfxPassword']]],
    ['{ a: "-----BEGIN RSA PRIVATE KEY-----" }', [['a']]],
    ['{ url: "https://me:word@host.example/" }', [['url']]],
    ['{ a: eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4In0. }', [['a']]],
    ['{ realms: { secret-lab: { token: x } } }', [['realms', 'secret-lab', 'token']]],
    [
      '{ realms: { passwords: {} }, deployments: { my-secrets: {} }, url: "https://a.b/c:d@e" }',
      [],
    ],
  ])('%s', (text, expected) => {
    expect(findSecrets(parse(text) as JsonObject)).toEqual(expected);
  });
});

describe('a topology with a secret', () => {
  it.each([
    'partners:\n  - acceptor: x\n    certificate: |\n      -----BEGIN PRIVATE KEY-----\n      hunter2\n',
    'name: { password: hunter2 }\nbogus: 1\n',
    'partners: [{ metadataUrl: "https://me:hunter2@host.example/", bogus: 1 }]\n',
  ])('is refused before anything else could repeat it: %j', text => {
    const bytes = new TextEncoder().encode(text);
    const { topology, report } = readTopology([{ file: 'topology.yaml', bytes }]);
    expect(topology).toBeUndefined();
    expect(report.diagnostics.map(({ code }) => code)).toEqual(['secret/in-topology']);
    expect(report.diagnostics.every(({ masked }) => masked)).toBe(true);
    expect(JSON.stringify(report.diagnostics)).not.toContain('hunter2');
  });
});
