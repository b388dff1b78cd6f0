import { byCodeUnit } from '../kernel/canonical.ts';
import { evaluateName, lookUp } from '../products/expression.ts';
import type { Installation } from '../products/installation.ts';
import type { CheckFacts, Product, Scope } from '../products/product.ts';
import type { Scenario } from '../topology/topology.ts';
import { psString } from './escape.ts';
import type { RenderInput } from './input.ts';
import { block, code, prose } from './markdown.ts';
import { whereabouts } from './runbook-parts.ts';

/** A check by a product's own means; it is no script, and leaves no receipt. */
export interface Check {
  readonly deployment: string;
  readonly product: Product;
  /** Roles of which one is needed. */
  readonly roles: readonly string[];
  /** The line to type. */
  readonly command: string;
  readonly expect: string;
}

/** The checks at the end of a runbook, scenario by scenario. */
export function checksOf(input: Pick<RenderInput, 'topology' | 'installations'>): Check[] {
  return inOrder(input.topology.scenarios).flatMap(scenario =>
    scenario.between.flatMap((name, index) => {
      const here = input.installations.get(name);
      const other = input.installations.get(scenario.between[1 - index] ?? '');
      if (!here || !other) return [];
      const scope: Scope = { ...here.scope, ...(scenario.probe && { probe: scenario.probe }) };
      return here.product.checks
        .filter(check => check.with.includes(other.product.family))
        .flatMap(check => checkOf(check, scope, here));
    }),
  );
}

/** By whom they are between: the file must not change with the order in which they are written. */
function inOrder(scenarios: readonly Scenario[]): Scenario[] {
  const key = ({ between }: Scenario): string => [...between].sort().join(' ');
  return [...scenarios].sort((a, b) => byCodeUnit(key(a), key(b)));
}

function checkOf(check: CheckFacts, scope: Scope, { deployment, product }: Installation): Check[] {
  if (lookUp(check.needs, scope) === null) return [];
  const argument =
    check.argument === undefined ? '' : ` ${psString(evaluateName(check.argument, scope))}`;
  return [
    {
      deployment: deployment.name,
      product,
      roles: check.roles ?? product.shell.roles,
      command: check.command + argument,
      expect: check.expect,
    },
  ];
}

/** The name by which a check is called. */
export function checkName({ command }: Check): string {
  return command.split(' ')[0] ?? '';
}

/** Checks as a runbook tells them; nothing where there is none. */
export function checkLines(checks: readonly Check[]): string[] {
  if (checks.length === 0) return [];
  const lines = checks.flatMap(check => [
    `### ${prose(check.deployment)}: ${code(checkName(check))}`,
    '',
    ...whereabouts(prose(check.product.shell.where), {
      name: check.product.shell.name,
      roles: check.roles,
    }),
    ...block([check.command]),
    `Expect: ${prose(check.expect)}.`,
    '',
  ]);
  return ['## Checks', '', ...lines];
}
