import { afterAll, describe, expect, it } from 'vitest';
import { CLIXML_LIMITS } from '../../src/evidence/clixml-elements.ts';
import { readClixml } from '../../src/evidence/clixml.ts';
import { isRemoteObject, type RemoteValue } from '../../src/evidence/remote-object.ts';
import type { Json } from '../../src/kernel/json.ts';
import { damaged } from '../support/damaged.ts';
import { hasEngine, startEngine, type Engine } from '../support/engine.ts';

const HEAD = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">';
const file = (inner: string): string => `${HEAD}${inner}</Objs>`;
const read = (text: string) => readClixml(Buffer.from(text));

function objects(text: string): readonly RemoteValue[] {
  const result = read(text);
  if ('fault' in result) throw new Error(result.fault.detail);
  return result.objects;
}

function fault(text: string | Uint8Array): string {
  const result = typeof text === 'string' ? read(text) : readClixml(text);
  if ('objects' in result) throw new Error('it was read');
  const { line, column, detail } = result.fault;
  return `${line}:${column} ${detail}`;
}

const PARTNER = file(
  '<Obj RefId="0"><TN RefId="0"><T>Microsoft.Rtc.PartnerApplication</T><T>System.Object</T></TN>' +
    '<ToString>litware_x002F_mail</ToString><Props><S N="Name">Exchange_x000A_</S>' +
    '<B N="Enabled">true</B><Nil N="Realm" /><I64 N="Big">9007199254740993</I64>' +
    '<Obj N="Level" RefId="1"><TN RefId="1"><T>Level</T></TN><ToString>Full</ToString>' +
    '<I32>1</I32></Obj><Ref N="Self" RefId="0" />' +
    '<Obj N="Hosts" RefId="2"><TNRef RefId="1" /><LST><S>a</S><S>b</S></LST></Obj>' +
    '<Obj N="Table" RefId="3"><DCT><En><S N="Key">k</S><I32 N="Value">2</I32></En></DCT></Obj>' +
    '</Props></Obj>',
);

describe('what Export-Clixml writes', () => {
  it('is read: types, texts, properties, enumerations, lists, dictionaries, references', () => {
    const [partner] = objects(PARTNER);
    if (!isRemoteObject(partner)) throw new Error('no object');
    expect(partner.types).toEqual(['Microsoft.Rtc.PartnerApplication', 'System.Object']);
    expect(partner.text).toBe('litware/mail');
    const { Level, Hosts, Table, Self, ...rest } = Object.fromEntries(partner.properties);
    expect(rest).toEqual({
      Name: 'Exchange\n',
      Enabled: true,
      Realm: null,
      Big: '9007199254740993',
    });
    expect(Self).toBe(partner);
    expect(Level).toMatchObject({ types: ['Level'], text: 'Full', value: 1 });
    expect(Hosts).toMatchObject({ types: ['Level'], items: ['a', 'b'] });
    expect(Table).toMatchObject({ entries: [{ key: 'k', value: 2 }] });
  });

  it.each([
    ['UTF-8 with a mark', Buffer.from(`\ufeff${PARTNER}`)],
    ['UTF-16, as Windows PowerShell writes it', Buffer.from(`\ufeff${PARTNER}`, 'utf16le')],
    ['UTF-16, the other way round', Buffer.from(`\ufeff${PARTNER}`, 'utf16le').swap16()],
  ])('is read as %s', (_, bytes) => {
    expect(readClixml(bytes)).toEqual(read(PARTNER));
  });
});

describe('what it never writes', () => {
  it.each([
    ['', 'it holds no element'],
    ['<!-- nothing -->', 'it holds no element'],
    ['not XML', 'no well-formed XML'],
    ['<a/>', '<a> does not stand as the first element'],
    ['<Objs Version="2.0"/>', 'no <Objs Version="1.…">'],
    [file('<S>a'), 'no well-formed XML'],
    [`${file('')}b`, 'no well-formed XML'],
    [file('<SS>0100</SS>'), 'secure string'],
    [file('<Ref RefId="7"/>'), 'refers to "7"'],
    [file('<Obj><TNRef RefId="7"/></Obj>'), 'refers to "7"'],
    [file('<I32>x</I32>'), '<I32> holds what is none'],
    [file('<B>TRUE</B>'), '<B> holds what is none'],
    [file('<DT>yesterday</DT>'), '<DT> holds what is none'],
    [file('<S><S>a</S></S>'), 'does not stand inside <S>'],
    [file('<Obj><Props><S>a</S></Props></Obj>'), 'a property has no name'],
    [file('<Obj><DCT><En><S N="Key">a</S></En></DCT></Obj>'), 'no key or no value'],
    [file('<PR/>'), '<PR> does not stand'],
    [file('<S><![CDATA[a]]></S>'), 'CDATA'],
    [`<!DOCTYPE a [<!ENTITY b "c">]>${file('<S>&b;</S>')}`, 'document type'],
    [file('<S>&b;</S>'), 'no well-formed XML'],
  ])('%s', (text, found) => {
    expect(fault(text)).toContain(found);
  });

  it('names the place', () => {
    expect(fault(file('\n<Obj>\n  <Nix/></Obj>'))).toMatch(/^3:\d+ <Nix> does not stand/);
  });

  it('is bounded: bytes, depth, elements; and broken text of either encoding', () => {
    expect(fault(new Uint8Array(CLIXML_LIMITS.bytes + 1))).toContain('more than');
    expect(fault(file('<Obj><LST>'.repeat(60)))).toContain('deeper than 100');
    expect(fault(file('<Nil/>'.repeat(CLIXML_LIMITS.elements)))).toContain('more than 400000');
    expect(fault(Uint8Array.of(0xff, 0xfe, 0x3c))).toContain('neither whole UTF-8');
    expect(fault(Uint8Array.of(0x3c, 0xff))).toContain('neither whole UTF-8');
  });

  it('of twenty thousand damaged files each is read, or refused with its place', () => {
    const whole = Buffer.from(PARTNER);
    const seen = { read: 0, refused: 0 };
    for (let turn = 0; turn < 20_000; turn++) {
      const result = readClixml(damaged(whole, turn));
      if ('fault' in result) {
        seen.refused++;
        expect(result.fault.line).toBeGreaterThan(0);
        expect(result.fault.detail).not.toBe('');
      } else seen.read++;
    }
    expect(seen.refused).toBeGreaterThan(10_000);
    expect(seen.read).toBeGreaterThan(100);
  });
});

describe.skipIf(!hasEngine)("the engine's own serializer", () => {
  let engine: Engine | undefined;
  afterAll(() => engine?.close());

  it('writes three thousand graphs at depth 1 to 5 that are read as the engine reads them', async () => {
    engine = startEngine();
    for (let seed = 1; seed <= 15; seed++) {
      const body = { seed, count: 200 };
      const graphs = await engine.request<{ text: string; means: Json }[]>('graphs', body);
      for (const { text, means } of graphs) {
        const [value = null] = objects(text);
        expect(meaning(value), `seed ${seed}: ${text}`).toEqual(means);
      }
    }
  });
});

/** A value in the words of the host: texts as code units, because JSON cannot carry half a pair. */
function meaning(value: RemoteValue): Json {
  if (typeof value === 'string') return units(value);
  if (!isRemoteObject(value)) return value;
  if (value.items) return { items: value.items.map(meaning) };
  if (value.entries) {
    const entries = value.entries.map(one => [meaning(one.key), meaning(one.value)]);
    const first = (pair: Json[]): string => JSON.stringify(pair[0]);
    return { entries: entries.sort((a, b) => (first(a) < first(b) ? -1 : 1)) };
  }
  if (value.value !== null) return meaning(value.value);
  const sorted = [...value.properties].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    properties: Object.fromEntries(sorted.map(([name, one]) => [units(name), meaning(one)])),
  };
}

function units(text: string): string {
  const all = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at).toString(16));
  return `s ${all.join(' ')}`;
}
