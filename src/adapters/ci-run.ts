import { isMisleading } from '../topology/characters.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Names of what each pipeline sets, and the page of the run that they make. */
const PIPELINES: readonly (readonly [
  names: readonly string[],
  page: (...values: string[]) => string,
])[] = [
  [['CONCORDAT_RUN'], page => page],
  [
    ['GITHUB_SERVER_URL', 'GITHUB_REPOSITORY', 'GITHUB_RUN_ID'],
    (server, repository, run) => `${server}/${repository}/actions/runs/${run}`,
  ],
  [
    ['SYSTEM_TEAMFOUNDATIONCOLLECTIONURI', 'SYSTEM_TEAMPROJECT', 'BUILD_BUILDID'],
    (collection = '', project = '', build) =>
      `${withSlash(collection)}${encodeURIComponent(project)}/_build/results?buildId=${build}`,
  ],
  [['CI_JOB_URL'], page => page],
];
const LONGEST = 500;

/**
 * The page of the pipeline's run, for whoever finds a lock held; `undefined` outside of one. What
 * does not fit on one line of text, or hides something, is shown to nobody.
 */
export function ciRun(environment: Environment): string | undefined {
  for (const [names, page] of PIPELINES) {
    const values = names.map(name => environment[name] ?? '');
    if (!values.includes('')) return values.every(isPlain) ? page(...values) : undefined;
  }
  return undefined;
}

function withSlash(address: string): string {
  return address.endsWith('/') ? address : `${address}/`;
}

function isPlain(value: string): boolean {
  return value.length <= LONGEST && !/[\t\n\r]/.test(value) && !isMisleading(value);
}
