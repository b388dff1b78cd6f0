import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineOf, MOST_BYTES, readEvidence } from '../../src/diagnose/evidence.ts';
import { Refusal } from '../../src/kernel/report.ts';

function codeOf(bytes: Uint8Array): string {
  try {
    readEvidence(bytes);
    return 'read';
  } catch (error) {
    if (error instanceof Refusal) return error.diagnostic.code;
    throw error;
  }
}

const utf16 = (text: string, swap = false): Buffer => {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return swap ? bytes.swap16() : bytes;
};

describe('the bytes of an input', () => {
  it('are UTF-8 with or without mark, or UTF-16 with its mark', () => {
    const text = 'one\r\n  two\t three\n\nfour';
    for (const bytes of [
      Buffer.from(text),
      Buffer.from(`\ufeff${text}`),
      utf16(text),
      utf16(text, true),
    ]) {
      expect(readEvidence(bytes).text).toBe('one two three four');
    }
  });

  it('are refused in any other encoding, and where nothing stands in them', () => {
    const others = [
      Buffer.from([0x61, 0xff]),
      Buffer.from('a text without its mark', 'utf16le'),
      Buffer.from([0xff, 0xfe, 0x00, 0xd8]),
      Buffer.from([0xff, 0xfe, 0x61]),
      Buffer.from(''),
      Buffer.from(' \r\n\t\u001b[31m'),
    ];
    for (const bytes of others) expect(codeOf(bytes)).toBe('diagnose/unreadable');
  });

  it('are refused beyond 256 KiB', () => {
    expect(codeOf(Buffer.alloc(MOST_BYTES, 'a'))).toBe('read');
    expect(codeOf(Buffer.alloc(MOST_BYTES + 1, 'a'))).toBe('diagnose/too-long');
  });

  it('lose colours and control characters', () => {
    const { text } = readEvidence(Buffer.from('\u001b[31mred\u001b[0m \u0007bell\u009b'));
    expect(text).toBe('red bell');
  });

  it('keep the line in which each word stood', () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    const line = fc.array(word, { maxLength: 4 }).map(words => words.join(' '));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), lines => {
        const input = [...lines, 'zz-end'].join('\n');
        const evidence = readEvidence(Buffer.from(input));
        expect(lineOf(evidence, evidence.text.indexOf('zz-end'))).toBe(lines.length + 1);
        lines.forEach((one, index) => {
          if (one === '' || lines.indexOf(one) !== index) return;
          const at = evidence.starts[index] ?? 0;
          expect(evidence.text.slice(at, at + one.length)).toBe(one);
          expect(lineOf(evidence, at)).toBe(index + 1);
        });
      }),
    );
  });
});
