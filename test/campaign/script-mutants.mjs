// Mutants of the scripts: each small change of a template, and whether the runs of the scripts see it.
// node test/campaign/script-mutants.mjs [--most N] [--only PATTERN of ids] [--survivors: what is neither caught nor
// explained] [--quick: without faults] [--faults: only those]
// One line a template; test/campaign/script-mutants.tsv is the list, docs/script-mutants.md its page. Exit 1: a
// survivor is unexplained.
import { register } from 'node:module';

register('./typescript.mjs', import.meta.url);
const { campaign, optionsFrom, stepAside } = await import('./script-mutants/campaign.ts');
const options = optionsFrom(process.argv.slice(2));
stepAside();
process.exitCode = (await campaign(options)) > 0 ? 1 : 0;
