// Big topologies for the benchmarks: realms of two families in turn, five partners each on average,
// and a scenario for each of them.

/** The YAML of a topology with so many realms (at least 20) and five times as many trust edges. */
export function bigTopology(realms) {
  return [
    'apiVersion: concordat/v1',
    'name: benchmark',
    'environment: lab',
    'realms:',
    ...count(realms, realm),
    'deployments:',
    ...count(realms, deployment),
    'partners:',
    ...count(realms, index => edges(index, realms).map(partner)),
    'scenarios:',
    ...count(realms, index => edges(index, realms).map(scenario)),
    '',
  ].join('\n');
}

function count(realms, line) {
  return Array.from({ length: realms }, (_, index) => line(index)).flat();
}

const isMail = index => index % 2 === 1;
const domain = index => `d${index}.example.com`;

function realm(index) {
  const kind = isMail(index) ? 'acceptedDomains' : 'sipDomains';
  return `  r${index}: { ${kind}: { default: ${domain(index)} } }`;
}

function deployment(index) {
  const name = domain(index);
  const source = isMail(index) ? 'host' : 'request';
  const certificate = `issuer: { certificate: { source: ${source} } }`;
  if (isMail(index)) {
    return [
      `  s${index}:`,
      '    product: exchange-server-se',
      `    realm: r${index}`,
      `    servers: [{ fqdn: ex.${name}, site: HQ, build: 15.2.2562.17, os: windows-server-2022 }]`,
      `    namespaces: { autodiscover: autodiscover.${name}, ews: { internal: mail.${name}, external: mail.${name} } }`,
      `    ${certificate}`,
    ];
  }
  return [
    `  s${index}:`,
    '    product: skype-for-business-server-se',
    `    realm: r${index}`,
    `    pools: [{ fqdn: pool.${name}, internalWebServices: web-int.${name}, externalWebServices: web.${name}, servers: [fe.${name}] }]`,
    `    autodiscover: { url: 'https://autodiscover.${name}/autodiscover/autodiscover.svc' }`,
    `    ${certificate}`,
  ];
}

/**
 * Acceptor and issuer are always of different families. One family tells issuers apart by realm and
 * accepts nine; the other does not and accepts one.
 */
function edges(index, realms) {
  return Array.from({ length: isMail(index) ? 9 : 1 }, (_, at) => ({
    acceptor: index,
    issuer: (index + 2 * at + 1) % realms,
  }));
}

function partner({ acceptor, issuer }) {
  return `  - { acceptor: s${acceptor}, issuer: s${issuer} }`;
}

/** What the trust is for, so that no rule has anything to say. */
function scenario({ acceptor, issuer }) {
  const feature = isMail(acceptor) ? 'high-resolution-photos' : 'meeting-scheduling';
  return `  - { kind: on-premises, between: [s${acceptor}, s${issuer}], features: { ${feature}: on } }`;
}
