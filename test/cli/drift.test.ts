import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { evidenceFiles } from '../../src/evidence/fetched-evidence.ts';
import type { JsonObject } from '../../src/kernel/json.ts';
import type { Drift } from '../../src/review/drift.ts';
import { bench, type Bench, type Call } from '../support/cli.ts';
import { DOCUMENTS } from '../support/documents.ts';
import { altered, LYNC, MAIL, type Otherwise } from '../support/estate.ts';
import { evidenceBody, sealed, type Read } from '../support/evidence.ts';
import { published } from '../support/published.ts';

/** A project that was applied and whose servers are as it says; evidence of them, otherwise. */
class Estate {
  readonly bench: Bench = bench('lync-exchange');
  readonly #signing: Readonly<Record<string, string>>;
  #sets = 0;

  constructor() {
    expect(this.bench.run(['keys', 'prepare']).exit).toBe(0);
    const { out } = this.bench.run(['keys', 'list', '--format', 'json']);
    const keys = (JSON.parse(out) as { keys: { address: string; thumbprint: string }[] }).keys;
    this.#signing = Object.fromEntries(keys.map(one => [one.address, one.thumbprint]));
    const from = this.evidence();
    const plan = ['plan', '--from', from, '--format', 'json'];
    const { checksum } = JSON.parse(this.bench.run(plan).out) as { checksum: string };
    const grant = `--allow-widening=${checksum}`;
    expect(this.bench.run(['apply', '--from', from, grant]).exit).toBe(0);
  }

  /** A folder of evidence, the commands of each side otherwise; null: of that side none. */
  evidence(lync: Otherwise | null = {}, exchange: Otherwise | null = {}): string {
    const folder = `evidence/set-${++this.#sets}`;
    const signs = (side: string): string => this.signs(side);
    const sides: [Read, Otherwise, Otherwise | null][] = [
      [LYNC, altered(LYNC, 'Get-CsCertificate', { Thumbprint: signs('lync') }), lync],
      [
        MAIL,
        {
          ...altered(MAIL, 'Get-AuthConfig', { CurrentCertificateThumbprint: signs('exchange') }),
          ...altered(MAIL, 'Get-PartnerApplication', { CertificateStrings: this.#copy() }),
        },
        exchange,
      ],
    ];
    for (const [read, own, otherwise] of sides) {
      if (otherwise === null) continue;
      const objects = { ...read.objects, ...own, ...otherwise } as Read['objects'];
      const at = new Date().toISOString();
      const body = evidenceBody({ ...read, certificates: {}, objects, at });
      const place = join(this.bench.folder, folder, `evidence-${read.host}`);
      mkdirSync(place, { recursive: true });
      writeFileSync(join(place, 'envelope.json'), sealed(body));
    }
    return folder;
  }

  /** Thumbprint of the certificate of a side. */
  signs(side: string): string {
    return this.#signing[`certificate/${side}`] ?? '';
  }

  /** The certificate of lync, once it was written. */
  #copy(): string[] {
    const folder = join(this.bench.folder, 'artifacts/lync/certificates');
    try {
      return readdirSync(folder).map(name => readFileSync(join(folder, name)).toString('base64'));
    } catch {
      return [];
    }
  }

  /** One call; what the check of the topology found is left out of what it says. */
  run(
    words: readonly string[],
    command = 'drift',
    env: Readonly<Record<string, string>> = {},
  ): Call {
    const { err, ...call } = this.bench.run([command, ...words], env);
    return { ...call, err: err.replace(/^topology\.yaml:.*?concordat explain \S+\n\n?/s, '') };
  }

  drift(from: string): Drift {
    return JSON.parse(this.run(['--from', from, '--format', 'json']).out) as Drift;
  }

  /** Edits the topology for a while. */
  with<Result>(edits: readonly (readonly [string, string])[], act: () => Result): Result {
    const file = join(this.bench.folder, 'topology.yaml');
    const before = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      edits.reduce((text, [from, to]) => text.replace(from, () => to), before),
    );
    try {
      return act();
    } finally {
      writeFileSync(file, before);
    }
  }
}

const OFF: JsonObject = { Enabled: false };
const MORE = [['level: full, name', 'level: full, acceptSecurityIdentifiers: true, name']] as const;
const accepting = (until: string, ...addresses: readonly string[]) =>
  [
    [
      '\nscenarios:',
      '\naccepted:\n' +
        addresses.map(one => `  - { address: ${one}, reason: x, until: '${until}' }\n`).join('') +
        '\nscenarios:',
    ],
  ] as const;

let estate: Estate;
let clean: string;
let drifted: string;
beforeAll(() => {
  estate = new Estate();
  clean = estate.evidence();
  drifted = estate.evidence(altered(LYNC, 'Get-CsPartnerApplication', OFF));
});

describe('concordat drift', () => {
  it('ends with 0 where servers are as they were left', () => {
    expect(estate.run(['--from', clean])).toEqual({ exit: 0, out: 'No drift.\n', err: '' });
  });

  it('ends with 3 where somebody changed one, and names the side', () => {
    const { exit, out, err } = estate.run(['--from', drifted]);
    expect([exit, err]).toEqual([3, '']);
    expect(out).toMatch(/# partner\/lync\/exchange differs on FE01 of lync, read at \S+Z\n/);
    expect(out).toMatch(/declared {2}recorded {2}observed\n {6}enabled {2}true {6}true {6}false\n/);
    expect(out).toContain('    error    disabled (lync)\n');
    expect(out).toContain('Drift: 1 resource, 1 finding on edges.\n');
  });

  it('ends with 0 where only changes are pending, and names them', () => {
    const { exit, out, err } = estate.with(MORE, () => estate.run(['--from', clean]));
    expect(exit).toBe(0);
    expect(err).toBe('pending, no drift: partner/lync/exchange (concordat plan)\n');
    expect(out).toContain('No drift. 1 pending.\n');
  });

  it('ends with 4 where both is so', () => {
    expect(estate.with(MORE, () => estate.run(['--from', drifted])).exit).toBe(4);
  });

  it('ends with 5 where a side was not looked at, and says what to do', () => {
    const half = estate.evidence({}, null);
    const { exit, out, err } = estate.run(['--from', half]);
    expect(exit).toBe(5);
    expect(out).toMatch(/partner\/exchange\/lync +nothing was read of exchange\n/);
    expect(err).toBe(
      'incomplete: certificate/exchange, oauth-settings/exchange, partner/exchange/lync not seen\n' +
        'next: run the scripts of concordat collect there, and name what they wrote by --from too\n',
    );
    const narrow = estate.run(['--from', half], 'drift', { COLUMNS: '60' }).err;
    expect(narrow.replaceAll('\n', ' ')).toBe(err.replaceAll('\n', ' '));
    expect(Math.max(...narrow.split('\n').map(line => line.length))).toBeLessThanOrEqual(60);
    const other = estate.evidence(null, {});
    expect(estate.run(['--from', half, '--from', other]).exit).toBe(0);
  });

  it('ends with 5 where nothing drifted and a server cannot sign', () => {
    const locked = [{ Thumbprint: estate.signs('exchange'), PrivateKeyExportable: false }];
    const from = estate.evidence({}, { 'Get-ExchangeCertificate': locked });
    const { exit, out, err } = estate.bench.run(['drift', '--from', from]);
    expect(err).toContain('[certificate/not-exportable]');
    expect(out).toContain('No drift. 1 error told beside it.');
    expect(exit).toBe(5);
  });

  it('holds a document that was fetched against the key that signs', () => {
    const place = join(estate.bench.folder, 'fetched');
    mkdirSync(place);
    const fetched = {
      url: 'https://autodiscover.litware.com/autodiscover/metadata/json/1',
      host: 'autodiscover.litware.com',
      address: '192.0.2.1',
      bytes: new TextEncoder().encode(JSON.stringify(DOCUMENTS.mail())),
      certificate: { sha256: '0'.repeat(64), notAfter: '2031-01-01T00:00:00Z' },
    };
    const files = evidenceFiles(fetched, { host: 'jump', at: new Date() });
    for (const [name, bytes] of files) writeFileSync(join(place, name), bytes);
    const { exit, out } = estate.run(['--from', clean, '--from', 'fetched']);
    expect(exit).toBe(3);
    expect(out).toContain('error    published-not-signing (exchange)');
    expect(out).toContain('Drift: 1 finding on edges.\n');
  });

  it('ends with 3 where what was looked at has drifted, complete or not', () => {
    const half = estate.evidence(altered(LYNC, 'Get-CsPartnerApplication', OFF), null);
    const { exit, err } = estate.run(['--from', half]);
    expect([exit, err.startsWith('incomplete: ')]).toEqual([3, true]);
  });

  it('does not count what is accepted, until its last day', () => {
    const both = ['partner/lync/exchange', 'edge/lync/exchange'];
    const run = () => estate.run(['--from', drifted]);
    const accepted = estate.with(accepting('2999-12-31', ...both), run);
    expect([accepted.exit, accepted.err]).toEqual([0, '']);
    expect(accepted.out).toContain('accepted until 2999-12-31: x');
    expect(accepted.out).toContain('No drift. 2 accepted.\n');
    const told = () => estate.bench.run(['drift', '--from', drifted]);
    const ended = estate.with(accepting('2020-02-29', ...both), told);
    expect(ended.exit).toBe(3);
    expect(ended.err).toMatch(/topology\.yaml:\d+:\d+: warning: .*\[accepted\/expired\]/);
  });

  it('leaves what a plan proposes as it is, whatever is accepted', () => {
    const entries = accepting('2999-12-31', 'partner/lync/exchange');
    const { out } = estate.with(entries, () => estate.run(['--from', drifted], 'plan'));
    expect(out).toContain('# partner/lync/exchange will be updated in-place');
  });

  it('is JSON that its schema knows, and that no apply takes', () => {
    const schema = published('drift');
    for (const from of [clean, drifted, estate.evidence(null, {})]) {
      const found = estate.drift(from);
      expect(schema(found), JSON.stringify(schema.errors)).toBe(true);
    }
    const file = join(estate.bench.folder, 'drift.json');
    writeFileSync(file, JSON.stringify(estate.drift(drifted)));
    expect(estate.bench.run(['apply', '--plan', 'drift.json', '--auto-approve']).exit).not.toBe(0);
    expect(estate.bench.run(['schema', 'drift']).out).toContain('urn:concordat:schema:drift');
  });

  it('is Markdown for a ticket', () => {
    const { exit, out } = estate.run(['--from', drifted, '--format', 'markdown']);
    expect([exit, out.startsWith('## Concordat drift of `litware`\n')]).toEqual([3, true]);
  });

  it('writes nothing', () => {
    const { folder } = estate.bench;
    const seen = () => readdirSync(folder, { recursive: true }).map(String).sort();
    const state = () => readFileSync(join(folder, '.concordat/state.json'), 'utf8');
    const before = [seen(), state()];
    estate.run(['--from', drifted]);
    expect([seen(), state()]).toEqual(before);
  });

  it.each([
    ['no evidence is named', [], 64],
    ['the folder is none', ['--from', 'nowhere'], 5],
    ['the topology is refused', ['--from', 'evidence', '--at', '2030'], 64],
  ])('refuses where %s', (_, words, exit) => {
    const refused = estate.run(words);
    expect([refused.exit, refused.out]).toEqual([exit, '']);
    expect(refused.err).not.toContain('    at ');
  });

  it('refuses a broken topology and damaged evidence with 5, before it says anything', () => {
    const broken = estate.with([['realm: litware', 'realm: nowhere']], () =>
      estate.run(['--from', clean]),
    );
    expect([broken.exit, broken.out]).toEqual([5, '']);
    const damaged = estate.evidence();
    writeFileSync(join(estate.bench.folder, damaged, 'evidence-FE01/envelope.json'), '{"a": 1');
    const { exit, out, err } = estate.bench.run(['drift', '--from', damaged]);
    expect([exit, out, err.includes('evidence/damaged')]).toEqual([5, '', true]);
  });
});

describe('plan --from --detailed-exitcode', () => {
  const exit = (from: string) => estate.run(['--from', from, '--detailed-exitcode'], 'plan').exit;

  it('tells changes (2), drift (3) and both (4) apart', () => {
    // That the certificates sign is new to the record; nothing is to be done for it.
    expect([exit(clean), exit(drifted)]).toEqual([0, 3]);
    estate.with(MORE, () => expect([exit(clean), exit(drifted)]).toEqual([2, 4]));
  });

  it('counts drift that is accepted, because the plan mends it all the same', () => {
    const entries = accepting('2999-12-31', 'partner/lync/exchange', 'edge/lync/exchange');
    estate.with(entries, () => expect(exit(drifted)).toBe(3));
  });

  it('cannot tell without the recorded state, which drift demands', () => {
    const file = join(estate.bench.folder, '.concordat/state.json');
    renameSync(file, `${file}.away`);
    try {
      expect(exit(drifted)).toBe(2);
      const { exit: refused, out, err } = estate.run(['--from', drifted]);
      expect([refused, out, err.includes('state')]).toEqual([8, '', true]);
    } finally {
      renameSync(`${file}.away`, file);
    }
  });
});
