import { describe, expect, it } from 'vitest';
import { attributeEvidence, speaking } from '../../src/evidence/attribute.ts';
import { readEvidence } from '../../src/evidence/read-evidence.ts';
import { lower } from '../../src/graph/lower.ts';
import { createReport } from '../../src/kernel/report.ts';
import { leftAlone, reportLeftAlone } from '../../src/plan/left-alone.ts';
import { evidenceOf, type Read } from '../support/evidence.ts';
import { exampleText, lowering } from '../support/lowered.ts';
import { atExchange } from '../import/sides.ts';

/** What is said of an Exchange of the example that holds these partners and no more. */
function told(partners: Read['objects'][string]): string[] {
  const read = {
    family: 'exchange-server',
    host: 'ex01.litware.com',
    build: '15.0.1497.48',
    objects: { 'Get-PartnerApplication': partners, 'Get-AuthServer': [{ Name: 'ACS - 1' }] },
  };
  const input = lowering(exampleText('lync-exchange'));
  const report = createReport();
  const readings = attributeEvidence(
    [evidenceOf(read)].flatMap(one => readEvidence(one, report) ?? []),
    { installations: input.installations, now: new Date('2030-01-01T01:00:00Z') },
    report,
  );
  const evidence = speaking(readings);
  const products = new Map([...input.installations].map(([name, one]) => [name, one.product]));
  reportLeftAlone(leftAlone({ graph: lower(input), evidence, products }, []), report);
  return report.diagnostics
    .filter(({ code }) => code === 'evidence/left-alone')
    .map(({ detail }) => detail);
}

describe('what stands on servers and is none of the topology', () => {
  it('is told once a deployment, without what is declared', () => {
    const partners = [
      atExchange({ Realm: 'litwareinc.com' }),
      { Name: 'Exchange Online', UseAuthServer: true, ApplicationIdentifier: 'x', Realm: '' },
      atExchange({ Name: 'fabrikam', Realm: 'fabrikam.com', AuthMetadataUrl: 'https://f.example' }),
    ];
    expect(told(partners)).toEqual([
      'ex01.litware.com holds for exchange what the topology does not declare: ' +
        'PartnerApplication "Exchange Online", PartnerApplication "fabrikam", AuthServer "ACS - 1"',
    ]);
  });

  it('is told in short where there is much of it', () => {
    const many = Array.from({ length: 30 }, (_, at) =>
      atExchange({ Name: `p${at}`, Realm: `p${at}.example`, AuthMetadataUrl: '' }),
    );
    expect(told(many)[0]).toMatch(/"p19", and 11 more$/);
  });
});
