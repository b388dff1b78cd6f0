/** Every kind of thing that Concordat manages. */
export const KINDS = [
  'certificate',
  'document',
  'oauth-settings',
  'settings',
  'partner',
  'authorization-server',
  'permission',
  'feature',
  'connector',
  'tenant-credential',
] as const;

/** One kind of managed thing. */
export type Kind = (typeof KINDS)[number];

/** Names one resource for ever (`partner/chat/mail`): plans, state and receipts key on it. */
export type Address = `${Kind}/${string}`;

/** Names one trust edge: `edge/<acceptor>/<issuer>`. */
export type EdgeAddress = `edge/${string}/${string}`;

/** The address of a resource of a deployment. */
export function address(kind: Kind, deployment: string, name?: string): Address {
  return name === undefined ? `${kind}/${deployment}` : `${kind}/${deployment}/${name}`;
}

/** The address of the edge over which `acceptor` accepts tokens of `issuer`. */
export function edgeAddress(acceptor: string, issuer: string): EdgeAddress {
  return `edge/${acceptor}/${issuer}`;
}

/** Takes an address apart; `undefined` when the text is not one. */
export function readAddress(
  text: string,
): { kind: Kind; deployment: string; name?: string } | undefined {
  const [kind, deployment, ...rest] = text.split('/');
  if (!KINDS.includes(kind as Kind) || !deployment) return undefined;
  const name = rest.join('/');
  return { kind: kind as Kind, deployment, ...(name && { name }) };
}
