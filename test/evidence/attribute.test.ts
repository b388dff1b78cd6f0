import { describe, expect, it } from 'vitest';
import { attributeEvidence } from '../../src/evidence/attribute.ts';
import { readEvidence } from '../../src/evidence/read-evidence.ts';
import { createReport } from '../../src/kernel/report.ts';
import { evidenceOf, type Read } from '../support/evidence.ts';
import { exampleText, lowering } from '../support/lowered.ts';

const READ: Read = { family: 'exchange-server', host: 'EX01', build: '15.0.1497.48', objects: {} };

/** Which deployment each reading is given to, and what is said of it. */
function attributed(reads: readonly Read[], text = exampleText('lync-exchange')) {
  const report = createReport();
  const evidence = reads.flatMap(
    (read, at) => readEvidence(evidenceOf(read, `e${at}`), report) ?? [],
  );
  const { installations } = lowering(text);
  const now = new Date('2030-01-01T01:00:00Z');
  const given = attributeEvidence(evidence, { installations, now }, report);
  return {
    given: Object.fromEntries(
      [...given].map(([name, all]) => [name, all.map(({ place }) => place).join()]),
    ),
    codes: report.diagnostics.map(({ code }) => code),
    said: report.diagnostics.map(({ detail }) => detail).join('\n'),
  };
}

describe('evidence is given to the deployment it was read on', () => {
  it('by product, build and server, short name or full', () => {
    for (const other of [{}, { host: 'ex01.litware.com' }, { build: '' }, { build: null }]) {
      expect(attributed([{ ...READ, ...other }])).toMatchObject({
        given: { exchange: 'e0' },
        codes: [],
      });
    }
  });

  it.each([
    ['a server that is not declared', { host: 'EX77' }],
    ['a full name in another domain', { host: 'ex01.fabrikam.com' }],
    ['another product', { family: 'sharepoint-server' }],
    ['another version', { build: '15.2.1544.4' }],
  ])('never where it is of %s (evidence/foreign)', (_, other) => {
    expect(attributed([{ ...READ, ...other }])).toMatchObject({
      given: {},
      codes: ['evidence/foreign'],
    });
  });

  it('once where the same reading is there twice, and nothing is said of that', () => {
    expect(attributed([READ, READ])).toMatchObject({ given: { exchange: 'e0' }, codes: [] });
  });

  it('the newest of several speaks, and the others are named (evidence/superseded)', () => {
    const older = { ...READ, at: '2029-12-31T23:00:00Z' };
    for (const reads of [
      [older, READ],
      [READ, older],
    ]) {
      const { given, codes, said } = attributed(reads);
      expect(codes).toEqual(['evidence/superseded']);
      expect(given).toEqual({ exchange: `e${reads.indexOf(READ)}` });
      expect(said).toContain(`e${reads.indexOf(older)} (2029-12-31T23:00:00.000Z) is left out`);
    }
  });

  it('the newest of each server counts, the newest of all first (evidence/beside)', () => {
    const other = { ...READ, host: 'EX02', at: '2029-12-31T23:00:00Z' };
    const older = { ...other, host: 'ex02.litware.com', at: '2029-12-31T22:00:00Z' };
    const two = exampleText('lync-exchange').replace(
      /( +)- \{ fqdn: ex01[^\n]+\n/,
      line => line + line.replace('ex01', 'ex02'),
    );
    const { given, codes, said } = attributed([older, other, READ], two);
    expect(given).toEqual({ exchange: 'e2,e1' });
    expect(codes).toEqual(['evidence/beside', 'evidence/superseded']);
    expect(said).toContain('e1 (EX02, 2029-12-31T23:00:00.000Z) is compared with e2 (EX01');
    expect(said).toContain('e0 (2029-12-31T22:00:00.000Z) is left out; e1');
  });

  it('never where two deployments may be meant (evidence/ambiguous)', () => {
    const twice = exampleText('lync-exchange').replace(
      'partners:',
      `  second:
    product: exchange-server-2013
    realm: mail
    servers:
      - { fqdn: ex01.litware.com, site: HQ, build: 15.0.1497.48, os: windows-server-2012-r2 }
    namespaces: { autodiscover: autodiscover.litware.com }
    issuer: { certificate: { source: generate } }

partners:`,
    );
    expect(attributed([READ], twice)).toMatchObject({ given: {}, codes: ['evidence/ambiguous'] });
  });
});

describe('the age of evidence', () => {
  it.each([
    ['2030-01-01T00:59:00Z', []],
    ['2029-12-31T01:00:01Z', []],
    ['2029-12-31T00:59:00Z', ['evidence/old']],
    ['2029-12-18T01:00:01Z', ['evidence/old']],
    ['2029-12-18T00:59:00Z', ['evidence/too-old']],
    ['2030-01-01T01:09:00Z', []],
    ['2030-01-01T01:11:00Z', ['evidence/future']],
  ])('read at %s, looked at on 2030-01-01T01:00Z: %j', (at, codes) => {
    const found = attributed([{ ...READ, at }]);
    expect(found.codes).toEqual(codes);
    const isUsed = codes.every(code => code === 'evidence/old');
    expect(Object.keys(found.given)).toEqual(isUsed ? ['exchange'] : []);
  });
});
