import { describe, expect, it } from 'vitest';
import { ciRun } from '../../src/adapters/ci-run.ts';

const GITHUB = {
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'litware/trust',
  GITHUB_RUN_ID: '42',
};

describe('the page of a CI run', () => {
  it.each([
    ['GitHub', GITHUB, 'https://github.com/litware/trust/actions/runs/42'],
    [
      'Azure DevOps',
      {
        SYSTEM_TEAMFOUNDATIONCOLLECTIONURI: 'https://dev.azure.com/litware/',
        SYSTEM_TEAMPROJECT: 'Mail and chat',
        BUILD_BUILDID: '7',
      },
      'https://dev.azure.com/litware/Mail%20and%20chat/_build/results?buildId=7',
    ],
    [
      'GitLab',
      { CI_JOB_URL: 'https://gitlab.com/l/t/-/jobs/9' },
      'https://gitlab.com/l/t/-/jobs/9',
    ],
    ['what a person says', { ...GITHUB, CONCORDAT_RUN: 'change 4711' }, 'change 4711'],
  ])('is that of %s', (_, environment, page) => {
    expect(ciRun(environment)).toBe(page);
  });

  it('is none outside of a pipeline, or where a part of it is missing', () => {
    expect(ciRun({})).toBeUndefined();
    expect(ciRun({ ...GITHUB, GITHUB_RUN_ID: '' })).toBeUndefined();
    expect(ciRun({ CONCORDAT_RUN: '', CI_JOB_URL: 'https://x.example/1' })).toBe(
      'https://x.example/1',
    );
  });

  it.each([
    ['an escape', 'https://x.example/\u001b[2J'],
    ['a line end', 'https://x.example/\nlock: released'],
    ['another direction of writing', 'https://x.example/\u202e1'],
    ['half a character', 'https://x.example/\ud800'],
    ['megabytes', 'x'.repeat(2 ** 22)],
  ])('is none where it holds %s', (_, text) => {
    expect(ciRun({ CONCORDAT_RUN: text })).toBeUndefined();
    expect(ciRun({ ...GITHUB, GITHUB_REPOSITORY: text })).toBeUndefined();
    expect(
      ciRun({
        SYSTEM_TEAMFOUNDATIONCOLLECTIONURI: 'https://dev.azure.com/litware',
        SYSTEM_TEAMPROJECT: text,
        BUILD_BUILDID: '7',
      }),
    ).toBeUndefined();
  });
});
