import { describe, expect, it } from 'vitest';
import { Refusal } from '../../src/kernel/report.ts';
import { digest } from '../../src/kernel/canonical.ts';
import type { JsonObject } from '../../src/kernel/json.ts';
import { readSnapshot, writeLines, writeSnapshot } from '../../src/state/codec.ts';
import { FIRST, snapshotOf } from '../apply/fixture.ts';

const snapshot = snapshotOf(FIRST);
const text = Buffer.from(writeSnapshot(snapshot)).toString();

function refused(given: string | Uint8Array): {
  code: string;
  exit: number;
  detail: string;
  help: string;
} {
  try {
    readSnapshot(typeof given === 'string' ? Buffer.from(given) : given);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, detail, help } = error.diagnostic;
    return { code, exit: error.exit, detail, help };
  }
  throw new Error('it was read');
}

/** A state with a fitting checksum, whatever it says. */
function signed(odd: typeof snapshot): Uint8Array {
  const body = odd as unknown as JsonObject;
  return writeLines({ ...body, checksum: digest(body) });
}

describe('a state that was written', () => {
  it('is read back as it was', () => {
    expect(readSnapshot(writeSnapshot(snapshot))).toEqual(snapshot);
  });

  it('has the same bytes whatever the order in which it was made', () => {
    const turned = Object.fromEntries(Object.entries(snapshot).reverse()) as typeof snapshot;
    expect(Buffer.from(writeSnapshot(turned)).toString()).toBe(text);
  });

  it('has one member a line, so that version control can compare it', () => {
    expect(text.split('\n').length).toBeGreaterThan(20);
    expect(text).toMatch(/^\{\n {2}"applied": \[\],\n/);
    expect(text.endsWith('}\n')).toBe(true);
  });

  it('is read although a checkout has changed its line ends', () => {
    expect(readSnapshot(Buffer.from(text.replace(/\n/g, '\r\n')))).toEqual(snapshot);
  });
});

describe('damage', () => {
  it.each([
    ['nothing', ''],
    ['half of it', text.slice(0, text.length / 2)],
    ['all but the last bracket', text.slice(0, -2)],
    ['zeros', Buffer.alloc(4096)],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00])],
  ])('%s is a torn state (state/torn)', (_, given) => {
    expect(refused(given)).toMatchObject({ code: 'state/torn', exit: 1 });
    expect(refused(given).detail).toContain('nothing was changed');
    expect(refused(given).help).toContain('.concordat/history/');
  });

  it('of a merge that was not finished is called that', () => {
    const merged = text.replace('  "serial"', '<<<<<<< HEAD\n  "serial"');
    expect(refused(merged)).toMatchObject({ code: 'state/torn' });
    expect(refused(merged).detail).toContain('merge');
  });

  it.each([
    ['a serial', text.replace('"serial": 1', '"serial": 2')],
    ['a standing', text.replace('"rendered"', '"deployed"')],
    ['a digest of a file', text.replace(/"RUNBOOK.md": "\w/, '"RUNBOOK.md": "x')],
    ['a member more', text.replace('{\n', '{\n"more": 1,\n')],
    ['no checksum', text.replace(/ {2}"checksum": "\w+",\n/, '')],
  ])('%s is an edited state (state/edited)', (_, given) => {
    expect(given).not.toBe(text);
    expect(refused(given)).toMatchObject({ code: 'state/edited', exit: 1 });
  });

  it('that has a fitting checksum and not the form of a state is edited too', () => {
    const odd = { ...snapshot, resources: [{ address: 'x' }] } as unknown as typeof snapshot;
    expect(() => writeSnapshot(odd)).toThrow('the next state would not be one');
    expect(refused(signed(odd))).toMatchObject({ code: 'state/edited' });
    expect(refused(signed(odd)).detail).toContain('/resources/0');
  });

  it('of one bit anywhere is found', () => {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at++) {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(at) ^ 1, at);
      const blank =
        /^\s$/.test(text[at] ?? '') && /^\s$/.test(String.fromCharCode(flipped[at] ?? 0));
      if (!blank) expect(refused(flipped).code).toMatch(/^state\//);
    }
  });
});

describe('a file of somebody else', () => {
  it.each(['[]', '"state"', '{}', '{"version": 4, "lineage": "x", "serial": 1}'])(
    '%s is not a state (state/foreign)',
    given => {
      expect(refused(given)).toMatchObject({ code: 'state/foreign', exit: 1 });
    },
  );

  it('that another version wrote is left alone (state/format)', () => {
    const newer = signed({ ...snapshot, format_version: '2.0' });
    expect(refused(newer)).toMatchObject({ code: 'state/format', exit: 1 });
    expect(refused(newer).detail).toContain('2.0');
  });
});
