import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = new URL('..', import.meta.url).pathname;

interface Package {
  readonly engines: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const own = readJson<Package>('package.json');
const lock = readJson<{
  packages: Record<
    string,
    Partial<Package> & { engines?: { node?: string }; dev?: boolean; resolved?: string }
  >;
}>('package-lock.json');

function readJson<Value>(path: string): Value {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Value;
}

it('pins every package to one exact version', () => {
  const loose = Object.entries({ ...own.dependencies, ...own.devDependencies }).filter(
    ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
  );
  expect(loose).toEqual([]);
});

it('locks what it asks for, without the address of any registry', () => {
  const { '': root = {}, ...installed } = lock.packages;
  expect(root.dependencies).toEqual(own.dependencies);
  expect(root.devDependencies).toEqual(own.devDependencies);
  expect(Object.values(installed).filter(one => one.resolved !== undefined)).toEqual([]);
});

it('asks nothing of a user that Node 20 cannot run', () => {
  const newer = Object.entries(lock.packages).filter(
    ([, { dev, engines }]) => !dev && /^\s*(?:>=\s*|\^)?2[1-9]/.test(engines?.node ?? ''),
  );
  expect(newer.map(([name]) => name)).toEqual([]);
});

it('keeps the writers and readers of certificates above their known faults', () => {
  const [, minor = 0, patch = 0] = (own.dependencies['node-forge'] ?? '').split('.').map(Number);
  expect(minor * 100 + patch).toBeGreaterThanOrEqual(403);
});

it('opens one door to its code', () => {
  expect(Object.keys(own.exports)).toEqual(['.', './package.json']);
});

it('keeps the settings of tools out of the root', () => {
  const settings = readdirSync(ROOT).filter(name => /config\.|\.eslintrc|^vitest/.test(name));
  expect(settings).toEqual(['tsconfig.json']);
});

it('runs in CI what a person runs', () => {
  const script = readFileSync(join(ROOT, '.ci/run'), 'utf8');
  expect(script).toMatch(/^npm ci /m);
  expect(script.trimEnd().split('\n').at(-1)).toMatch(/^npm test/);
  expect(statSync(join(ROOT, '.ci/run')).mode & 0o111).toBe(0o111);
});
