import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { certificatesOf, SET } from './skype-certificate-calls.ts';
import type { VendorCall } from './vendor-call.ts';

const REQUEST = 'Request-CsCertificate -New -Type OAuthTokenIssuer';

/** The page of Request-CsCertificate. */
export const REQUEST_CALLS: readonly VendorCall[] = [
  {
    page: 'CS-Request-CsCertificate',
    what: 'an authority issues at once',
    lines: [
      `${REQUEST} -CA "dc01.litwareinc.com\\Litware CA" -AllSipDomain -PrivateKeyExportable $true -FriendlyName "OAuth 2030" -KeySize 2048`,
      `${SET} -Thumbprint 0`,
    ],
    rows: ['request-cscertificate-enrolls', 'set-cscertificate-not-in-store'],
    then: session =>
      expect(certificatesOf(session).at(-1)).toMatchObject({
        subject: 'CN=litwareinc.com',
        friendlyName: 'OAuth 2030',
        hasPrivateKey: true,
        exportable: true,
      }),
  },
  {
    page: 'CS-Request-CsCertificate',
    what: 'a request is written for an authority elsewhere',
    lines: [`${REQUEST} -Output ./oauth.req -AllSipDomain -FriendlyName "OAuth 2030"`],
    rows: ['request-cscertificate-writes'],
    then: session => {
      const server = session.world.servers['fe01.litwareinc.com'] as unknown as {
        readonly requests: readonly { readonly output: string; readonly friendlyName: string }[];
      };
      expect(server.requests[0]?.friendlyName).toBe('OAuth 2030');
      expect(readFileSync(server.requests[0]?.output ?? '', 'utf8')).toContain(
        'BEGIN CERTIFICATE REQUEST',
      );
    },
  },
  ...(
    [
      ['type', 'Request-CsCertificate -New -Type Default -Output ./a.req'],
      ['key-size', `${REQUEST} -Output ./b.req -KeySize 3072`],
      ['one-way', REQUEST],
      ['no-authority', `${REQUEST} -CA "gone.litwareinc.com\\CA"`],
      ['file-exists', `${REQUEST} -Output ./next.pfx`],
      ['no-folder', `${REQUEST} -Output ./no/c.req`],
    ] as const
  ).map(([row, line]) => ({
    page: 'assumed',
    what: `a request is refused: ${row}`,
    lines: [line],
    rows: [`request-cscertificate-${row}`],
  })),
];
