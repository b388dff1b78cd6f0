import { renderVariants } from '../language/variants.ts';
import { renderExample, type Rendered } from '../support/rendered.ts';
import type { Wanted } from './scripts.ts';
import { withAccount } from './trust-states.ts';

/** What the servers of a variant have, which steps of its runbook are gone, where faults are tried. */
const NEEDS: Readonly<Record<string, Pick<Wanted, 'faults' | 'prepare' | 'steps'>>> = {
  // About certificates; and nobody accepts tokens of a side whose certificate is still awaited.
  'certificates by their servers': { steps: /10-certificate/ },
  'certificates imported': { steps: /10-certificate/ },
  'certificates rolled': { steps: /10-certificate/ },
  // Faults are met where one is made and signs at once.
  'certificate made and rolled': { steps: /10-certificate/, faults: /^$/ },
  'certificates existing': { faults: /10-certificate/ },
  // Everything else of it knows the realm only as a name.
  'realms pinned': { steps: /20-oauth-settings/, faults: /./ },
  // Nobody but the directory's owners may make it.
  'partner without a linked account of ours': {
    prepare: withAccount('exchange', 'LyncEnterprise-ApplicationAccount'),
  },
  'archiving by two policies': { steps: /60-exchange-archiving/ },
  'archiving of a site, contact store off': {
    prepare(world) {
      const { lync } = world.deployments;
      if (lync) lync['sites'] = ['HQ', 'Redmond'];
    },
  },
};

/** Which example was there before it was taken away. */
const REMOVED: Readonly<Record<string, string>> = {
  'partners removed': 'lync-exchange',
  'features removed': 'skype-exchange-se',
};

const EXAMPLES = ['lync-exchange', 'skype-exchange-se'];

/** Every variant, with the scripts of it that no example and no variant before it has. */
export async function wantedVariants(): Promise<Wanted[]> {
  const examples = await Promise.all(EXAMPLES.map(name => renderExample(name)));
  const known = new Set(examples.flatMap(({ proposal }) => [...textsOf(proposal).values()]));
  const variants = await renderVariants();
  return variants.map(rendered => {
    const after = examples[EXAMPLES.indexOf(REMOVED[rendered.name] ?? '')];
    const own = [...textsOf(rendered.proposal)].filter(([, text]) => !known.has(text));
    const paths = new Set(own.map(([path]) => path));
    const { steps = /./ } = NEEDS[rendered.name] ?? {};
    for (const [path, text] of own) if (steps.test(path)) known.add(text);
    return {
      rendered,
      isWanted: (script: string) => paths.has(script) && steps.test(script),
      // The rest met its faults in the examples.
      faults: /10-certificate|90-remove/,
      ...NEEDS[rendered.name],
      ...(after && { after }),
    };
  });
}

/** Variants of how a side comes to its certificate: nearly all their scripts are about it. */
export async function wantedCertificates(): Promise<Wanted[]> {
  return (await wantedVariants()).filter(({ rendered }) => isOfCertificates(rendered));
}

/** All other variants. */
export async function wantedOthers(): Promise<Wanted[]> {
  return (await wantedVariants()).filter(({ rendered }) => !isOfCertificates(rendered));
}

function isOfCertificates({ name }: Rendered): boolean {
  return name.startsWith('certificate');
}

/** Every topology whose scripts are run. */
export async function wantedTopologies(): Promise<Wanted[]> {
  const examples = await Promise.all(EXAMPLES.map(name => renderExample(name)));
  return [...examples.map(rendered => ({ rendered })), ...(await wantedVariants())];
}

/** Scripts by their paths. Which certificate and which digest it is makes no other script. */
function textsOf({ artifacts }: Rendered['proposal']): Map<string, string> {
  return new Map(
    artifacts.map(({ path, bytes }) => {
      const text = Buffer.from(bytes).toString('latin1');
      return [path, text.replace(/[0-9a-f]{64}|[0-9A-F]{40}/g, '')] as const;
    }),
  );
}
