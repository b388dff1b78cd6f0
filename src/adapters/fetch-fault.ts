import { EXIT } from '../kernel/exit.ts';
import { Refusal, type Code } from '../kernel/report.ts';
import { shown } from '../kernel/visible.ts';
import { faultOf } from './write-fault.ts';

const CERTIFICATE = 'mend the certificate of the server, or ask where its own name is served';
const AUTHORITY =
  'name the certificate of its authority with --ca FILE, if that is known from elsewhere';
const REACH = 'check the address and the way to it from this machine, then run it again';

/** What the network says, by its error names. */
const FAULTS: ReadonlyMap<string, readonly [Code, string, string]> = new Map([
  fault('fetch/untrusted', 'has a certificate that has expired', CERTIFICATE, 'CERT_HAS_EXPIRED'),
  fault('fetch/untrusted', 'has a certificate of the future', CERTIFICATE, 'CERT_NOT_YET_VALID'),
  fault(
    'fetch/untrusted',
    'has a certificate for other names',
    CERTIFICATE,
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ),
  fault(
    'fetch/untrusted',
    'has a certificate that it signed itself',
    AUTHORITY,
    'DEPTH_ZERO_SELF_SIGNED_CERT',
  ),
  ...[
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_GET_ISSUER_CERT',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  ].map(name =>
    fault(
      'fetch/untrusted',
      'has a certificate of an authority that is not trusted here',
      AUTHORITY,
      name,
    ),
  ),
  fault('fetch/unreachable', 'has no address in DNS', REACH, 'ENOTFOUND'),
  fault('fetch/unreachable', 'could not be looked up in DNS', REACH, 'EAI_AGAIN'),
  fault('fetch/unreachable', 'accepts no connection', REACH, 'ECONNREFUSED'),
  fault('fetch/unreachable', 'broke the connection', REACH, 'ECONNRESET'),
  fault('fetch/unreachable', 'cannot be reached', REACH, 'EHOSTUNREACH'),
  fault('fetch/unreachable', 'cannot be reached', REACH, 'ENETUNREACH'),
  fault('fetch/unreachable', 'does not answer', REACH, 'ETIMEDOUT'),
]);

function fault(
  code: Code,
  found: string,
  help: string,
  name: string,
): [string, readonly [Code, string, string]] {
  return [name, [code, found, help]];
}

/** A refusal of one answer: what was found at the address. */
export function refuseAnswer(code: Code, url: string, found: string, help: string): Refusal {
  return new Refusal(code, { detail: `${shown(url)} ${found}`, help }, EXIT.failed);
}

/** A refusal that says why nothing came; bugs and refusals pass unchanged. */
export function fetchFault(error: unknown, url: string, milliseconds: number): unknown {
  if (error instanceof Refusal) return error;
  const name = faultOf(error) ?? (error as Error).name;
  if (/^(?:ABORT_ERR|AbortError|TimeoutError)$/.test(name)) {
    const found = `did not answer whole within ${milliseconds / 1000} s`;
    return refuseAnswer('fetch/unreachable', url, found, REACH);
  }
  const known = FAULTS.get(name) ?? guess(name);
  if (!known) return error;
  const [code, found, help] = known;
  return refuseAnswer(code, url, `${found} (${name})`, help);
}

/** Names that are not in the table, by their families. */
const FAMILIES: readonly (readonly [RegExp, readonly [Code, string, string]])[] = [
  [/^HPE_/, ['fetch/answer', 'does not speak HTTP as it should', REACH]],
  [/^ERR_STREAM/, ['fetch/unreachable', 'broke the connection', REACH]],
  [/^(?:EPROTO|ERR_SSL|ERR_TLS)/, ['fetch/unreachable', 'does not speak TLS 1.2 or later', REACH]],
  // The verdicts of OpenSSL, such as INVALID_PURPOSE.
  [
    /^(?!ERR_)[A-Z0-9]+(?:_[A-Z0-9]+)+$/,
    ['fetch/untrusted', 'has a certificate that cannot be trusted', CERTIFICATE],
  ],
  [/^E[A-Z]+$/, ['fetch/unreachable', 'cannot be reached', REACH]],
];

function guess(name: string): readonly [Code, string, string] | undefined {
  return FAMILIES.find(([family]) => family.test(name))?.[1];
}
