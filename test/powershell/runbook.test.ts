import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasEngine } from '../support/engine.ts';
import { begin, endOf, followed, foreignIn, type Beginning } from './beginning.ts';
import { inUse } from './cases.ts';
import { delayed, namesOf, swapped, tryOut, without, type Dependence } from './deviate.ts';
import { check, report, take, type Moment } from './follow.ts';
import { startShell, type Shell } from './shell.ts';
import type { World } from './world.ts';

/** By example: which step must be done before which other, and why (domain reference 6.1, 6.5, 6.6). */
const DEPENDENCES: Readonly<Record<string, readonly Dependence[]>> = {
  'lync-exchange': [
    [
      'lync/10-certificate',
      'exchange/40-partner-lync',
      'the document of Lync, which is read at once, has no key before',
    ],
    [
      'exchange/10-certificate',
      'lync/40-partner-exchange',
      'the document of Exchange, which is read at once, has no key before',
    ],
    [
      'exchange/10-certificate',
      'exchange/50-restart early',
      'the services publish a certificate that changed at once only when they start',
    ],
    [
      'exchange/50-restart early',
      'lync/40-partner-exchange',
      'until then the document of Exchange has the former certificate, or none',
    ],
    [
      'exchange/40-partner-lync',
      'exchange/50-restart',
      'a partner takes effect at the restart after it',
    ],
    [
      'exchange/50-restart',
      'exchange/70-live-check',
      'before, the services answer without the partner',
    ],
  ],
  'skype-exchange-se': [
    [
      'exchange/40-partner-skype',
      'exchange/50-restart',
      'a partner takes effect at the restart after it',
    ],
    [
      'exchange/50-restart',
      'exchange/70-live-check',
      'before, the services answer without the partner',
    ],
    [
      'skype/30-contact-store',
      'exchange/50-restart',
      'with it the trust works both ways, and contacts begin to move',
    ],
  ],
};

/** They only look: a runbook without them ends in the same way. */
const LOOKS = /\/70-live-check$/;

describe.skipIf(!hasEngine).each(Object.entries(DEPENDENCES))(
  'the runbook of %s',
  (name, pairs) => {
    let shell: Shell;
    let beginning: Beginning;
    let moments: readonly Moment[];

    beforeAll(async () => {
      shell = await startShell();
      beginning = await begin(shell, name);
      moments = await followed(beginning);
    });
    afterAll(() => shell.close());

    it('leads from servers as setup leaves them to an empty plan', async () => {
      const { office, follower } = beginning;
      await check(follower, endOf(moments));
      await report(follower, office.copy(), endOf(moments));
      expect(movingIn(endOf(moments).world)).toEqual(name === 'lync-exchange' ? ['lync'] : []);
    });

    it('leads servers in use there as well, and touches nothing foreign', async () => {
      const used = await begin(shell, name, { change: inUse, pace: 20 });
      const end = endOf(await followed(used));
      await check(used.follower, end);
      await report(used.follower, used.office, end);
      expect(foreignIn(used.planned, end.world)).toEqual(foreignIn(used.planned, used.start.world));
    });

    it('needs each of its steps', async () => {
      const { follower } = beginning;
      const { steps } = follower.runbook;
      const idle: string[] = [];
      for (const step of namesOf(steps)) {
        const why = await tryOut({ follower, moments }, without(steps, step));
        if (why === undefined) idle.push(step);
      }
      expect(idle).toEqual(namesOf(steps).filter(step => LOOKS.test(step)));
    });

    it.each(pairs)('fails where %s and %s change places: %s', async (...pair) => {
      const { follower } = beginning;
      const { steps } = follower.runbook;
      for (const order of [swapped(steps, pair), delayed(steps, pair)]) {
        expect(await tryOut({ follower, moments }, order)).toBeDefined();
      }
    });

    // Only there a script moves contacts; a test that is left out would count as skipped.
    const moving = name === 'skype-exchange-se' ? [name] : [];
    it.each(moving)('keeps contacts where they are although Exchange trusts already', async () => {
      const { follower } = beginning;
      const { steps } = follower.runbook;
      const start = { ...endOf(moments), world: structuredClone(endOf(moments).world) };
      const objects = start.world.deployments['skype']?.objects ?? {};
      objects['CsPartnerApplication'] = [];
      for (const policy of objects['CsUserServicesPolicy'] ?? []) policy['UcsAllowed'] = true;
      expect(movingIn(endOf(await take(follower, steps, start)).world)).toEqual([]);
      const order = swapped(steps, ['skype/30-contact-store', 'skype/40-partner-exchange', '']);
      const end = endOf(
        await take(
          follower,
          order.filter(step => step !== undefined),
          start,
        ),
      );
      expect(movingIn(end.world)).toEqual(['skype']);
    });
  },
);

/** Where contacts of everybody have begun to move. */
function movingIn({ deployments }: World): string[] {
  return Object.entries(deployments)
    .filter(([, { contactsMoving }]) => contactsMoving === true)
    .map(([name]) => name);
}
