import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { issue, testKey, type Identity } from './authority.ts';

/** The host that the servers of tests are called. */
export const HOST = 'docs.litware.com';

/** An authority that only tests trust, and a certificate of its own making for the host. */
export const AUTHORITY = issue({ name: 'Litware Test Authority', authority: true });
export const SOUND = issue({
  name: HOST,
  names: [HOST, 'localhost'],
  issuer: AUTHORITY,
  key: testKey(1),
});

/** A server that counts who connects. */
export interface SecureServer {
  readonly port: number;
  connections(): number;
  close(): Promise<void>;
}

/** Opens a TLS server on this machine. */
export async function openServer(
  answer: RequestListener,
  identity: Identity = SOUND,
): Promise<SecureServer> {
  let connections = 0;
  const { certificate: cert, key } = identity;
  const server = createServer({ cert, key }, answer);
  server.on('connection', () => connections++);
  server.on('tlsClientError', () => undefined);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
