import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { call, COMMAND, type Call } from '../support/cli.ts';
import { evidenceBody, sealed, type Read } from '../support/evidence.ts';
import { tools } from '../support/tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'concordat-test-'));
const HEADER =
  'x-ms-diagnostics: 2000003;reason="The hostname component of the audience claim value is ' +
  "invalid. Expected 'https://mail.contoso.com'. Actual 'http://mail.contoso.com'.\";" +
  'error_category="invalid_resource"\n';

function piped(input: string | Buffer, words: readonly string[] = [], columns = '100'): Call {
  const done = spawnSync(process.execPath, [COMMAND, 'diagnose', ...words], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', COLUMNS: columns },
    input,
    encoding: 'utf8',
  });
  return { exit: done.status, out: done.stdout, err: done.stderr };
}

/** A token as a server makes it, with a signature and a user that must not come out. */
const SIGNATURE = Buffer.alloc(256, 'canary').toString('base64url');
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const TOKEN = [
  part({ typ: 'JWT', alg: 'RS256', x5t: Buffer.alloc(20, 7).toString('base64url') }),
  part({
    aud: '00000002-0000-0ff1-ce00-000000000000/mail.contoso.com@contoso.com',
    iss: '00000004-0000-0ff1-ce00-000000000000@contoso.com',
    nameid: '00000004-0000-0ff1-ce00-000000000000@contoso.com',
    upn: 'canary@contoso.com',
    nbf: 1893456000,
    exp: 1893499200,
  }),
  SIGNATURE,
].join('.');

const MAIL: Read = {
  family: 'exchange-server',
  host: 'ex01.litware.com',
  objects: {
    'Get-PartnerApplication': [
      {
        Name: 'Lync',
        ApplicationIdentifier: '00000004-0000-0ff1-ce00-000000000000',
        Enabled: false,
      },
      { Name: 'Exchange Online', Enabled: false },
    ],
  },
};
const LYNC: Read = {
  family: 'skype-for-business-server',
  host: 'FE01',
  objects: {},
  unread: { 'Get-CsPartnerApplication': 'Access is denied.' },
};

/** A folder with a folder of each reading in it. */
function evidenceFolder(reads: readonly Read[]): string {
  const from = mkdtempSync(join(tmpdir(), 'concordat-test-'));
  for (const [at, read] of reads.entries()) {
    mkdirSync(join(from, `one-${at}`));
    writeFileSync(join(from, `one-${at}`, 'envelope.json'), sealed(evidenceBody(read)));
  }
  return from;
}

describe('concordat diagnose', () => {
  it('reads a file, a pipe, and "-"', () => {
    writeFileSync(join(folder, 'answer.txt'), HEADER);
    const named = call(['diagnose', 'answer.txt'], folder);
    expect(named.exit).toBe(0);
    expect(named.out).toContain('1. TLS ends in front of the server [tls-offloading]');
    expect(piped(HEADER)).toEqual(named);
    expect(piped(HEADER, ['-'])).toEqual(named);
    expect(piped(`\ufeff${HEADER}`)).toEqual(named);
    expect(piped(Buffer.from(`\ufeff${HEADER}`, 'utf16le'))).toEqual(named);
  });

  it.each(['80', '120'])('fits %s columns, but for what cannot be broken', columns => {
    const { out } = piped(HEADER + TOKEN, [], columns);
    const wide = out.split('\n').filter(line => line.length > Number(columns));
    // A name or an address is one word.
    const breakable = (line: string): boolean =>
      line
        .trim()
        .split(/ {2,}/)
        .some(one => one.includes(' '));
    expect(wide.filter(breakable)).toEqual([]);
    expect(out).toMatch(/\nNext: /);
  });

  it('prints a document that its schema describes', () => {
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
    formats.default.default(ajv);
    const validate = ajv.compile(
      JSON.parse(call(['schema', 'diagnosis'], folder).out) as Record<string, unknown>,
    );
    const from = ['--from', evidenceFolder([LYNC, MAIL])];
    const inputs = [
      HEADER,
      TOKEN,
      'WWW-Authenticate: NTLM',
      'by V9:',
      'by V10: by V11: x',
      'nothing',
    ];
    for (const [input, more] of inputs.flatMap(one => [[one, []] as const, [one, from] as const])) {
      const { out, exit } = piped(input, ['--format', 'json', ...more]);
      const document = JSON.parse(out) as { causes: { id: string }[] };
      expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
      expect(exit).toBe(document.causes.length > 0 ? 0 : 1);
    }
  });

  it('lets evidence of several servers answer, at 80 and 120 columns (--from)', () => {
    const from = evidenceFolder([LYNC, MAIL]);
    for (const columns of ['80', '120']) {
      const { exit, out } = piped('by V10: x\nby V11: x', ['--from', from], columns);
      expect(exit).toBe(0);
      expect(
        out
          .split('\n')
          .filter(one => one.length > Number(columns))
          .join(),
      ).not.toMatch(/^ *(?!https:)\S+ \S/);
      const told = out.replace(/\s+/g, ' ');
      expect(told).toContain(
        '1. The partner is disabled [partner-disabled] seen evidence confirms',
      );
      expect(told).toContain(
        '- ex01.litware.com, 2030-01-01 00:00 UTC, confirms it: Lync = False;',
      );
      expect(told).toContain('- FE01, 2030-01-01 00:00 UTC, was not read: Access is denied.');
      expect(told).toContain('Next: mend the first, which is confirmed, and try again');
    }
    const apart = ['--from', join(from, 'one-0'), '--from', join(from, 'one-1')];
    const whole = piped('by V10: x', ['--from', from, '--at', '2030-01-01']);
    expect(piped('by V10: x', [...apart, '--at', '2030-01-01'])).toEqual(whole);
  });

  it('takes fetched documents among it for what they are, and needs no topology', () => {
    const from = evidenceFolder([MAIL]);
    mkdirSync(join(from, 'fetched'));
    writeFileSync(join(from, 'fetched', 'envelope.json'), '{"source":"url"}');
    expect(piped('by V10: x', ['--from', from])).toMatchObject({ exit: 0, err: '' });
  });

  it.each([
    [
      'is damaged',
      (from: string) => writeFileSync(join(from, 'one-0', 'x'), ''),
      'evidence/damaged',
    ],
    [
      'is of what nobody here reads',
      (from: string) => {
        const body = evidenceBody({ ...MAIL, family: 'sharepoint-server' });
        writeFileSync(join(from, 'one-0', 'envelope.json'), sealed(body));
      },
      'evidence/foreign',
    ],
  ])('ends with 5 and says nothing else where evidence %s', (_, spoil, code) => {
    const from = evidenceFolder([MAIL]);
    spoil(from);
    const { exit, out, err } = piped('by V10: x', ['--from', from]);
    expect([exit, out]).toEqual([5, '']);
    expect(err).toContain(`[${code}]`);
    expect(piped('by V10: x', ['--from', 'nowhere'])).toMatchObject({ exit: 5, out: '' });
  });

  it('looks at a token as of an instant', () => {
    expect(piped(TOKEN, ['--at', '2030-01-01T01:00:00Z']).exit).toBe(1);
    const late = piped(TOKEN, ['--at', '2030-02-01']);
    expect(late.out).toContain('[token-ended]');
    expect(late.exit).toBe(0);
    expect(piped(TOKEN, ['--at', 'soon'])).toMatchObject({ exit: 64 });
  });

  it('ends with 1 and a next step where nothing is known', () => {
    const { exit, out, err } = piped('all is well');
    expect(exit).toBe(1);
    expect(out).toContain('No known cause.');
    expect(out).toContain('Next: give the whole answer with its headers');
    expect(err).toBe('');
  });

  it('ends with 5 where there is no text, or too much', () => {
    for (const input of ['', Buffer.from([0x80]), 'a\0b']) {
      const { exit, err } = piped(input);
      expect(exit).toBe(5);
      expect(err).toContain('[diagnose/unreadable]');
    }
    const { exit, err } = piped('x'.repeat(3_000_000));
    expect(exit).toBe(5);
    expect(err).toContain('[diagnose/too-long]');
    const missing = piped('', ['missing.txt']);
    expect(missing.exit).toBe(5);
    expect(missing.err).toContain('[cli/unreadable]');
    expect(piped('', ['.'])).toMatchObject({ exit: 5 });
  });

  it('shows nothing of a token, wherever it was put', () => {
    const texts = [
      piped(TOKEN),
      piped(`Bearer ${TOKEN}`, ['--format', 'json']),
      piped(`${TOKEN}=`, ['--at', '2030-02-01']),
      piped('', [TOKEN]),
      piped(`${TOKEN}\0`),
    ].map(({ out, err }) => out + err);
    for (const text of texts) {
      expect(text).not.toContain(SIGNATURE.slice(0, 20));
      expect(text).not.toContain('canary');
    }
    expect(texts[0]).toContain('256 bytes, not shown');
  });

  it('writes nothing', () => {
    piped(TOKEN);
    expect(readdirSync(folder)).toEqual(['answer.txt']);
  });

  it.skipIf(!tools.tmux)('waits for nobody at a terminal: 64 (cli/no-input)', async () => {
    const tmux = (...words: string[]): string =>
      execFileSync('tmux', ['-L', 'concordat-diagnose', ...words], { encoding: 'utf8' });
    const shell = `${process.execPath} ${COMMAND} diagnose; echo exit $?; sleep 30`;
    tmux('new-session', '-d', '-s', 'one', '-x', '100', '-y', '40', shell);
    try {
      let text = '';
      for (let tries = 0; tries < 300 && !text.includes('exit 64'); tries++) {
        await new Promise(done => setTimeout(done, 100));
        text = tmux('capture-pane', '-t', 'one', '-p');
      }
      expect(text).toContain('exit 64');
      expect(text).toContain('[cli/no-input]');
    } finally {
      tmux('kill-server');
    }
  });
});
