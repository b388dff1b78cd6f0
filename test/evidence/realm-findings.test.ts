import { describe, expect, it } from 'vitest';
import { attributeEvidence } from '../../src/evidence/attribute.ts';
import { readEvidence } from '../../src/evidence/read-evidence.ts';
import { reportRealms } from '../../src/evidence/realm-findings.ts';
import type { JsonObject } from '../../src/kernel/json.ts';
import { createReport } from '../../src/kernel/report.ts';
import { readCatalog } from '../../src/products/registry.ts';
import { evidenceOf } from '../support/evidence.ts';
import { exampleText, lowering } from '../support/lowered.ts';

const CONFIG = { ServiceName: '00000002-0000-0ff1-ce00-000000000000', Realm: '' };

/** What is told of a mail server with this configuration and default domain. */
function told(config: JsonObject, domain: string, text = exampleText('lync-exchange')): string[] {
  const objects = {
    'Get-AuthConfig': [config],
    'Get-AcceptedDomain': [{ DomainName: domain, Default: true }],
  };
  const report = createReport();
  const read = { family: 'exchange-server', host: 'EX01', build: '15.0.1497.48', objects };
  const evidence = readEvidence(evidenceOf(read), report);
  const subject = {
    ...lowering(text),
    catalog: readCatalog(),
    certificates: [],
    now: new Date('2030-01-01T01:00:00Z'),
  };
  reportRealms(attributeEvidence(evidence ? [evidence] : [], subject, report), subject, report);
  return report.diagnostics.map(({ code, detail }) => `${code}: ${detail}`);
}

describe('the realm under which a server issues its tokens', () => {
  it('is that of the topology, or evidence/realm tells both', () => {
    expect(told(CONFIG, 'LITWARE.com')).toEqual([]);
    expect(told(CONFIG, 'contoso.de')).toEqual([
      'evidence/realm: EX01 issues tokens under the realm "contoso.de", ' +
        'and by the topology it is "litware.com"',
    ]);
  });

  it('is compared as an attribute where the server or the topology pins it', () => {
    expect(told({ ...CONFIG, Realm: 'other.example' }, 'contoso.de')).toEqual([]);
    const pinned = exampleText('lync-exchange').replace(
      /( acceptedDomains: \{ default: litware\.com[^}]*\})/,
      '$1, value: litware.example',
    );
    expect(pinned).toContain('litware.example');
    expect(told(CONFIG, 'contoso.de', pinned)).toEqual([]);
  });
});
