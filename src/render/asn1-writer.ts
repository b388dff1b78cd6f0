import forge from 'node-forge';

const { asn1 } = forge;
const { Class, Type } = asn1;

/** A value that is going to be DER. */
export type Asn1 = forge.asn1.Asn1;

/** Values in order. */
export function sequence(...values: readonly Asn1[]): Asn1 {
  return asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, [...values]);
}

/** Values as a set, in the order of their bytes as DER wants it. */
export function setOf(...values: readonly Asn1[]): Asn1 {
  const sorted = [...values].sort((a, b) => Buffer.compare(toDer(a), toDer(b)));
  return asn1.create(Class.UNIVERSAL, Type.SET, true, sorted);
}

/** An object identifier in dotted form. */
export function oid(dotted: string): Asn1 {
  return asn1.create(Class.UNIVERSAL, Type.OID, false, asn1.oidToDer(dotted).getBytes());
}

/** An empty value, where an algorithm has no parameters. */
export function nothing(): Asn1 {
  return asn1.create(Class.UNIVERSAL, Type.NULL, false, '');
}

/** A small number. */
export function integer(value: number): Asn1 {
  return asn1.create(Class.UNIVERSAL, Type.INTEGER, false, asn1.integerToDer(value).getBytes());
}

/** Bytes. */
export function octets(bytes: Uint8Array): Asn1 {
  return asn1.create(Class.UNIVERSAL, Type.OCTETSTRING, false, latin1(bytes));
}

/** Bytes as a bit string without padding. */
export function bits(bytes: Uint8Array): Asn1 {
  return asn1.create(Class.UNIVERSAL, Type.BITSTRING, false, `\0${latin1(bytes)}`);
}

/** Text of two bytes a character, as PFX attributes have it. */
export function bmpString(text: string): Asn1 {
  return asn1.create(Class.UNIVERSAL, Type.BMPSTRING, false, text);
}

/** A value under the context tag 0. */
export function tagged(value: Asn1): Asn1 {
  return asn1.create(Class.CONTEXT_SPECIFIC, 0, true, [value]);
}

/** The bytes of a value. */
export function toDer(value: Asn1): Uint8Array {
  return new Uint8Array(Buffer.from(asn1.toDer(value).getBytes(), 'latin1'));
}

/** The value of bytes that we made ourselves. */
export function fromDer(bytes: Uint8Array): Asn1 {
  return asn1.fromDer(latin1(bytes));
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
