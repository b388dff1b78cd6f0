import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { collectorsFor, type Collector } from '../../src/products/collectors.ts';

const PAGE = new URL('../../docs/evidence.md', import.meta.url);
const BEGIN = '<!-- made from templates/<family>/product.yaml; PAGES=keep writes it anew -->\n';
const END = '<!-- end -->\n';

it('says of every command and every property that it is read, and of nothing else', () => {
  const page = readFileSync(PAGE, 'utf8');
  const [before = '', rest = ''] = page.split(BEGIN);
  const [, after = ''] = rest.split(END);
  const now = before + BEGIN + collectorsFor().map(sectionOf).join('') + END + after;
  if (process.env['PAGES'] === 'keep') writeFileSync(PAGE, now);
  expect(page).toBe(now);
});

it('names every family', () => {
  const page = readFileSync(PAGE, 'utf8');
  for (const { family } of collectorsFor()) expect(page).toContain(`collect-${family}.ps1`);
});

function sectionOf(one: Collector): string {
  const { certificates } = one;
  return `
### ${one.title}

\`collect-${one.family}.ps1\`, for ${one.versions.map(code).join(', ')}. Shell: ${one.shells.join(' or ')}.
Run it on ${one.where}. Least role: ${one.roles.join(' or ')}.

| command | called with | properties | what that is |
| --- | --- | --- | --- |
${one.commands.map(rowOf).join('')}
Certificates: the public half of each whose thumbprint stands in ${certificates.properties.map(code).join(', ')}
of ${code(certificates.command)}.

Never read:

${one.never.map(line => `- ${line}\n`).join('')}
`;
}

function rowOf({
  command,
  otherwise,
  parameters,
  properties,
  reads,
}: Collector['commands'][number]) {
  const name =
    otherwise === undefined ? code(command) : `${code(command)}, else ${code(otherwise)}`;
  const given = parameters === undefined ? '' : code(parameters);
  return `| ${name} | ${given} | ${properties.map(code).join(', ')} | ${reads} |\n`;
}

function code(text: string): string {
  return `\`${text}\``;
}
