// Big topologies for the benchmarks: realms of two families in turn, five partners each on average.

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
    ...count(realms, index => partners(index, realms)),
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
  const certificate = 'issuer: { certificate: { source: existing } }';
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
 * Partners are always of the other family. One of them tells issuers apart by realm and has nine;
 * the other does not and has one.
 */
function partners(index, realms) {
  return Array.from({ length: isMail(index) ? 9 : 1 }, (_, at) => {
    const issuer = (index + 2 * at + 1) % realms;
    return `  - { acceptor: s${index}, issuer: s${issuer} }`;
  });
}
