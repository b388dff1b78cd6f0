import { describe, expect, it } from 'vitest';
import { CODES } from '../../src/generated/codes.ts';
import type { NamedCertificate } from '../../src/kernel/certificate.ts';
import { certificate, edited, rehearse } from './rehearse.ts';

const PLAIN = edited('skype-exchange-se');
const SOURCE = 'issuer: { certificate: { source: existing } }';

/** The base with a roll at its first deployment. */
function rolling(effective: string): string {
  const roll = `{ current: evidence/old.cer, effective: '${effective}' }`;
  return edited('skype-exchange-se', [
    SOURCE,
    `issuer: { certificate: { source: request, public: evidence/new.cer, roll: ${roll} } }`,
  ]);
}

function certificateCodes(text: string, certificates: readonly NamedCertificate[] = []): string[] {
  return rehearse(text, { certificates })
    .map(({ code }) => code)
    .filter(code => code.startsWith('certificate/'));
}

const NOTHING: string[] = [];
const next = (info: Parameters<typeof certificate>[2]) => [certificate('skype', 'next', info)];

describe('ends of certificates (R52)', () => {
  it.each([
    ['2026-11-24T11:59:59Z', ['certificate/ended']],
    ['2026-11-24T12:00:00Z', ['certificate/ends-soon']],
    ['2027-01-23T12:00:00Z', ['certificate/ends-soon']],
    ['2027-01-24T12:00:00Z', NOTHING],
  ])('one that ends at %s gives %j', (notAfter, expected) => {
    expect(certificateCodes(PLAIN, next({ notAfter }))).toEqual(expected);
  });

  it('names file, date and days left, and where the file is named', () => {
    const [found] = rehearse(PLAIN, { certificates: next({ notAfter: '2026-12-24T12:00:00Z' }) });
    expect(found?.detail).toBe('evidence/skype-next.cer ends on 2026-12-24, 30 days from now');
    expect(found?.help).toContain('"skype"');
    expect(found?.address).toBe('certificate/skype');
    expect(found?.place?.line).toBe(20);
  });

  it('a certificate that a roll replaces may end soon, but not before it is replaced', () => {
    const text = rolling('2026-12-01T00:00:00Z');
    const old = (notAfter: string) => [certificate('skype', 'current', { notAfter })];
    expect(certificateCodes(text, old('2026-12-24T12:00:00Z'))).toEqual([]);
    expect(certificateCodes(text, old('2026-11-01T00:00:00Z'))).toContain('certificate/ended');
  });

  it('a certificate that signs before it is valid is reported: certificate/not-yet-valid', () => {
    const late = next({ notBefore: '2026-11-25T00:00:00Z' });
    expect(certificateCodes(PLAIN, late)).toEqual(['certificate/not-yet-valid']);
    expect(certificateCodes(rolling('2026-12-01T00:00:00Z'), late)).toEqual([]);
  });

  it('a file that could not be read is not judged', () => {
    const { info, ...unread } = certificate('skype', 'next');
    expect(info).toBeDefined();
    expect(certificateCodes(PLAIN, [unread])).toEqual([]);
  });
});

describe('keys of certificates (R06)', () => {
  it.each([
    [{ keyType: 'rsa', keyBits: 2048 }, NOTHING],
    [{ keyType: 'rsa', keyBits: 3072 }, NOTHING],
    [{ keyType: 'rsa', keyBits: 1024 }, ['certificate/key-size']],
    [{ keyType: 'ec', keyBits: 256 }, ['certificate/key-type']],
  ] as const)('%j gives %j', (info, expected) => {
    expect(certificateCodes(PLAIN, next(info))).toEqual(expected);
  });
});

describe('the form that a product gives its certificates (R50)', () => {
  const of = (info: Parameters<typeof certificate>[2]) =>
    rehearse(PLAIN, { certificates: [certificate('exchange', 'next', info)] });

  it.each([
    [{}, NOTHING],
    [{ subject: 'cn=microsoft exchange server auth certificate' }, NOTHING],
    [{ subject: 'CN=mail.litware.com' }, ['certificate/unusual-form']],
    [{ names: ['mail.litware.com'] }, ['certificate/unusual-form']],
  ] as const)('%j gives %j', (info, expected) => {
    expect(of(info).map(({ code }) => code)).toEqual(expected);
  });

  it('names what it is instead, and is asked only where the product says so', () => {
    const [found] = of({ subject: 'CN=mail.litware.com', names: ['mail.litware.com'] });
    expect(found?.detail).toBe(
      'evidence/exchange-next.cer is for CN=mail.litware.com and names mail.litware.com',
    );
    expect(found?.rule).toBe('R50');
    expect(certificateCodes(PLAIN, next({ subject: 'CN=anything' }))).toEqual([]);
  });
});

describe('two issuers with one certificate', () => {
  const skype = certificate('skype', 'next');
  const exchange = certificate('exchange', 'next');

  it('are reported with both places: certificate/shared', () => {
    const same = { ...exchange, ...(skype.info && { info: skype.info }) };
    const [found] = rehearse(PLAIN, { certificates: [skype, same] });
    expect(found?.code).toBe('certificate/shared');
    expect(found?.detail).toContain('"skype"');
    expect(certificateCodes(PLAIN, [skype, exchange])).toEqual([]);
  });

  it('a partner may well hold what its issuer has', () => {
    const pinned = { ...skype, use: 'partner', deployment: 'exchange' } as const;
    expect(certificateCodes(PLAIN, [skype, pinned])).toEqual([]);
  });
});

describe('a certificate that is handed over to an acceptor', () => {
  const current = certificate('exchange', 'current');
  const next = certificate('exchange', 'next');
  const pinned = (from: NamedCertificate): NamedCertificate => ({ ...from, use: 'partner' });
  const codes = (...certificates: NamedCertificate[]): string[] =>
    rehearse(PLAIN, { certificates }).map(({ code }) => code);

  it("is the issuer's", () => {
    expect(codes(next, pinned(next))).toEqual([]);
    expect(codes(pinned(next))).toEqual([]);
    expect(codes(next, pinned(certificate('exchange', 'partner')))).toEqual([
      'partner/certificate-differs',
    ]);
  });

  it('is not the one that a roll replaces (R55)', () => {
    expect(codes(current, next, pinned(current))).toEqual(['partner/certificate-rolled']);
  });
});

describe('dates of rolls (R11)', () => {
  const current = [certificate('skype', 'current', { notAfter: '2027-01-10T00:00:00Z' })];

  it.each([
    ['2026-11-24T13:00:00Z', ['certificate/roll-too-soon']],
    ['2026-11-25T11:59:59Z', ['certificate/roll-too-soon']],
    ['2026-11-25T12:00:00Z', NOTHING],
    ['2026-11-25T13:00:00+02:00', ['certificate/roll-too-soon']],
    ['2027-01-09T00:00:00Z', NOTHING],
    ['2027-01-09T00:00:01Z', ['certificate/roll-too-late']],
    ['2026-11-24T12:00:00Z', ['certificate/roll-passed']],
  ])('one that takes effect at %s gives %j', (effective, expected) => {
    expect(certificateCodes(rolling(effective), current)).toEqual(expected);
  });

  it('the proposed hour is far enough ahead', () => {
    const [soon] = rehearse(rolling('2026-11-24T13:00:00Z'), {
      now: new Date('2026-11-24T12:00:01Z'),
    });
    expect(soon?.help).toContain('write 2026-11-25T13:00:00Z or later');
  });

  it('a roll that only waits for its hour is a warning, and can be waived', () => {
    const waiver =
      "waivers: [{ rule: R11, address: certificate/skype, reason: staged, until: '2026-11-25' }]";
    const text = `${rolling('2026-11-24T13:00:00Z')}\n${waiver}\n`;
    const found = rehearse(text).find(({ code }) => code === 'certificate/roll-too-soon');
    expect(found?.severity).toBe('warning');
    expect(found?.waived).toEqual({ reason: 'staged', until: '2026-11-25' });
  });
});

it('severities are those of the domain reference', () => {
  expect(CODES['certificate/ended'].severity).toBe('error');
  expect(CODES['certificate/ends-soon'].severity).toBe('warning');
});
