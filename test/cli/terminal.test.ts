import { execFileSync } from 'node:child_process';
import { afterAll, describe, expect, it } from 'vitest';
import { bench, COMMAND } from '../support/cli.ts';
import { tools } from '../support/tools.ts';

describe.skipIf(!tools.tmux)('at a real terminal', () => {
  afterAll(() => void tmux('kill-server'));

  it('asks for the name, then for each widening, and applies', async () => {
    const screen = open('northwind-yes', bench('skype-exchange-se').folder);
    await screen.until('to approve:');
    screen.type('northwind');
    await screen.until('type "widen"');
    screen.type('widen');
    await screen.until('exit 0');
    expect(screen.text()).toContain('Apply complete: 26 files written');
  });

  it('takes another name for a no', async () => {
    const screen = open('northwind-no', bench('skype-exchange-se').folder);
    await screen.until('to approve:');
    screen.type('southwind');
    await screen.until('exit 10');
    expect(screen.text()).toContain('[plan/unapproved]');
  });

  it.each(['C-c', 'C-d'])(
    'takes %s at the question for a no (cli/interrupted), without a word of a fault',
    async key => {
      const screen = open(`northwind-${key}`, bench('skype-exchange-se').folder);
      await screen.until('to approve:');
      screen.press(key);
      await screen.until('exit 130');
      expect(screen.text()).toContain('[cli/interrupted]');
      expect(screen.text()).toContain('the question was not answered; nothing was written');
      expect(screen.text()).not.toContain('fault of its own');
    },
  );
});

/** Runs `concordat apply` in a terminal of its own, 100 columns wide. */
function open(name: string, folder: string) {
  const shell = `env -u NO_COLOR ${process.execPath} ${COMMAND} apply; echo exit $?; sleep 30`;
  tmux('new-session', '-d', '-s', name, '-x', '100', '-y', '60', '-c', folder, shell);
  const text = (): string => tmux('capture-pane', '-t', name, '-p');
  return {
    text,
    type: (line: string) => tmux('send-keys', '-t', name, line, 'Enter'),
    press: (key: string) => tmux('send-keys', '-t', name, key),
    async until(words: string) {
      for (let tries = 0; tries < 600; tries++) {
        if (text().includes(words)) return;
        await new Promise(done => setTimeout(done, 100));
      }
      throw new Error(`"${words}" never came:\n${text()}`);
    },
  };
}

/** A terminal server of this test's own. */
function tmux(...words: string[]): string {
  const own = ['-L', `concordat-${process.pid}`];
  return execFileSync(tools.tmux ?? '', [...own, ...words], { encoding: 'utf8' });
}
