import { X509Certificate } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { readCertificate } from '../evidence/certificate.ts';
import { MOST_DOCUMENT_BYTES } from '../evidence/metadata-document.ts';
import { EXIT } from '../kernel/exit.ts';
import { Refusal } from '../kernel/report.ts';
import { shown } from '../kernel/visible.ts';
import type { DocumentSource, FetchedDocument } from '../ports/documents.ts';
import { readAllowances, readDocumentUrl, type DocumentUrl } from './document-url.ts';
import { fetchFault, refuseAnswer } from './fetch-fault.ts';
import { isPublic } from './public-address.ts';

/** What is asked under. */
export interface FetchSettings {
  readonly allowHosts: readonly string[];
  readonly allowPrivate: readonly string[];
  /** Authorities in PEM or one in DER; only they are trusted then. */
  readonly authority?: Uint8Array;
  /** For a whole answer, name resolution included; 10,000 unless told. */
  readonly milliseconds?: number;
  /** Every address of a host; of the operating system unless told. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

interface Asking {
  readonly target: DocumentUrl;
  readonly addresses: readonly string[];
  readonly authority: string | undefined;
  readonly signal: AbortSignal;
}

const LONGEST = 10_000;

/** Fetches documents over TLS: one address that was judged, no redirect, little time and space. */
export function documentSource(settings: FetchSettings): DocumentSource {
  const allowances = readAllowances(settings.allowHosts, settings.allowPrivate);
  const authority = settings.authority && readAuthority(settings.authority);
  const milliseconds = settings.milliseconds ?? LONGEST;
  const resolve = settings.resolve ?? everyAddress;
  return {
    fetch: async url => {
      const target = readDocumentUrl(url, allowances);
      try {
        const signal = AbortSignal.timeout(milliseconds);
        const addresses = await Promise.race([resolve(target.host), ended(signal)]);
        refusePrivate(target, addresses);
        return await ask({ target, addresses, authority, signal });
      } catch (error) {
        throw fetchFault(error, target.href, milliseconds);
      }
    },
  };
}

async function everyAddress(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true, verbatim: true });
  return found.map(({ address }) => address);
}

function ended(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

function refusePrivate({ href, host, mayBePrivate }: DocumentUrl, addresses: readonly string[]) {
  // What the operating system says of a name without addresses.
  if (addresses.length === 0) throw Object.assign(new Error('no address'), { code: 'ENOTFOUND' });
  const closed = addresses.filter(address => !isPublic(address));
  if (mayBePrivate || closed.length === 0) return;
  const detail = `${shown(href)} leads to ${shown(closed.join(', '))}, which is no public address`;
  const help = `if ${host} is a server of your own network, add --allow-private ${host}`;
  throw new Refusal('fetch/private', { detail, help }, EXIT.invalid);
}

function ask({ target, addresses, authority, signal }: Asking): Promise<FetchedDocument> {
  return new Promise((resolve, reject) => {
    const asked = request(target.href, {
      // A connection of its own, which nothing else has used and nothing will use.
      agent: false,
      signal,
      lookup: pinned(addresses),
      servername: target.host,
      // Said here, so that no variable of the environment can say otherwise.
      rejectUnauthorized: true,
      insecureHTTPParser: false,
      minVersion: 'TLSv1.2',
      maxHeaderSize: 16_384,
      ...(authority !== undefined && { ca: authority }),
      headers: { accept: 'application/json', 'accept-encoding': 'identity' },
    });
    asked.on('error', reject);
    asked.on('response', answer => {
      const done = receive(answer, target).catch((error: unknown) => {
        asked.destroy();
        throw error;
      });
      done.then(resolve, reject);
    });
    asked.end();
  });
}

/** Answers with the addresses that were judged: a second look at DNS could find others. */
function pinned(addresses: readonly string[]): LookupFunction {
  const judged = addresses.map(address => ({ address, family: isIP(address) }));
  const [first = { address: '', family: 0 }] = judged;
  return (_host, options, done) => {
    if (options.all) done(null, judged);
    else done(null, first.address, first.family);
  };
}

async function receive(answer: IncomingMessage, target: DocumentUrl): Promise<FetchedDocument> {
  const socket = answer.socket as TLSSocket;
  const address = socket.remoteAddress ?? '';
  const certificate = certificateOf(socket);
  refuseHead(answer, target.href);
  const bytes = await receiveBody(answer, target.href);
  const time = timeOf(answer);
  const { href: url, host } = target;
  return { url, host, address, bytes, certificate, ...(time && { time }) };
}

const DATE = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/** A cache repeats the date that the server said once. */
function timeOf({ headers: { date = '', age } }: IncomingMessage): Date | undefined {
  const time = new Date(date);
  return age === undefined && DATE.test(date) && !Number.isNaN(time.getTime()) ? time : undefined;
}

function certificateOf(socket: TLSSocket): FetchedDocument['certificate'] {
  const { raw } = socket.getPeerX509Certificate?.() ?? {};
  const read = readCertificate(new Uint8Array(raw ?? []));
  // TLS has read this certificate already: what does not parse never gets here.
  if ('fault' in read) throw new Error(`the certificate of a server ${read.fault}`);
  return { sha256: read.sha256, notAfter: read.notAfter };
}

const OTHER_ADDRESS = 'check the address in a browser of this machine, and name the one it ends at';

function refuseHead({ statusCode = 0, headers }: IncomingMessage, url: string): void {
  const refuse = (found: string): Refusal =>
    refuseAnswer('fetch/answer', url, found, OTHER_ADDRESS);
  if (statusCode >= 300 && statusCode < 400) {
    const to = shown(headers.location ?? 'nowhere');
    throw refuse(`redirects (${statusCode}) to ${to}; redirects are not followed`);
  }
  if (statusCode !== 200) throw refuse(`answers with status ${statusCode}; expected 200`);
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') {
    throw refuse(`answers in the encoding "${shown(encoding)}", though none was asked for`);
  }
  if (Number(headers['content-length'] ?? 0) > MOST_DOCUMENT_BYTES) throw refuse(TOO_LONG);
}

const TOO_LONG = `answers with more than ${MOST_DOCUMENT_BYTES} bytes; a document has fewer`;

async function receiveBody(answer: IncomingMessage, url: string): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MOST_DOCUMENT_BYTES) {
      throw refuseAnswer('fetch/answer', url, TOO_LONG, OTHER_ADDRESS);
    }
    chunks.push(chunk);
  }
  if (answer.complete) return new Uint8Array(Buffer.concat(chunks));
  throw refuseAnswer('fetch/answer', url, 'ended before its answer was whole', OTHER_ADDRESS);
}

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Authorities as TLS takes them. */
function readAuthority(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1');
  const found = text.includes('-----BEGIN') ? (text.match(BLOCK) ?? []) : [bytes];
  try {
    if (found.length > 0) return found.map(one => new X509Certificate(one).toString()).join('');
  } catch {
    // Said below, in words of ours.
  }
  const detail = 'the file that --ca names holds no certificates in PEM, and none in DER';
  const help = 'export the certificate of the authority, without its key';
  throw new Refusal('fetch/authority', { detail, help }, EXIT.invalid);
}
