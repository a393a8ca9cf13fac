// A station in production takes a recipe only on the word of somebody it knows, for exactly these bytes, in time.
import { describe, expect, it } from 'vitest';
import { computeSha256Hex } from '../../src/base/digest.ts';
import { createSeededRandom } from '../../src/base/random.ts';
import { roles } from '../../src/domain/people/person.ts';
import {
  assertSignatureTrusted,
  checkFileSignature,
  createSigningKey,
  parseKeyring,
  signFile,
} from '../../src/record/people/file-signature.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const SIGNED_AT = '2026-05-01T12:00:00Z';
const recipe = Buffer.from('name: photon\nrevision: "1"\n');
const sha256 = computeSha256Hex(recipe);
const { privateKeyPem, entry } = createSigningKey({ owner: 'eli', role: 'engineer', notAfter: '2027-01-01T00:00:00Z' });
const keyring = { keys: [entry] };
const signatureText = signFile(sha256, privateKeyPem, SIGNED_AT);

const standingOf = (fields: Partial<Parameters<typeof checkFileSignature>[0]> = {}): string =>
  checkFileSignature({ sha256, signatureText, keyring, nowMs: NOW, ...fields }).standing;

describe('a signed recipe', () => {
  it('is trusted when a known person signed these bytes and the key is good', () => {
    const standing = checkFileSignature({ sha256, signatureText, keyring, nowMs: NOW });
    expect(standing).toEqual({
      standing: 'trusted',
      owner: 'eli',
      role: 'engineer',
      signedAt: SIGNED_AT,
      key: entry.fingerprint,
      expiresAt: entry.notAfter,
    });
    expect(() => assertSignatureTrusted('photon.yaml', standing)).not.toThrow();
  });

  it('is refused with each of its bits changed', () => {
    for (let bit = 0; bit < recipe.length * 8; bit += 1) {
      const changed = Buffer.from(recipe);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(standingOf({ sha256: computeSha256Hex(changed) })).toBe('changed');
    }
  });

  it('is refused unsigned, with a signature that is none, and with one of unknown make', () => {
    expect(standingOf({ signatureText: null })).toBe('unsigned');
    for (const text of ['', '{}', 'null', '[]', 'x'.repeat(5000), signatureText.replace('signature-1', 'signature-2')])
      expect(standingOf({ signatureText: text })).toBe('malformed');
  });

  it('is refused from an unknown, a revoked or an expired key, and from a role that may not sign', () => {
    const other = createSigningKey({ owner: 'mallory', role: 'engineer', notAfter: '2027-01-01T00:00:00Z' });
    expect(standingOf({ signatureText: signFile(sha256, other.privateKeyPem, SIGNED_AT) })).toBe('unknown-key');
    expect(standingOf({ keyring: { keys: [] } })).toBe('unknown-key');
    expect(standingOf({ keyring: { keys: [{ ...entry, revoked: { at: SIGNED_AT, reason: 'left' } }] } })).toBe(
      'revoked',
    );
    expect(standingOf({ nowMs: Date.parse('2027-01-01T00:00:01Z') })).toBe('expired');
    expect(standingOf({ keyring: { keys: [{ ...entry, notAfter: 'soon' }] } })).toBe('expired');
    expect(standingOf({ signatureText: signFile(sha256, privateKeyPem, '2028-01-01T00:00:00Z') })).toBe('expired');
    const allowed = roles.filter((role) => standingOf({ keyring: { keys: [{ ...entry, role }] } }) === 'trusted');
    expect(allowed).toEqual(['engineer', 'quality']);
  });

  it('is refused with any character of its signature file changed', () => {
    const random = createSeededRandom('signature characters');
    const value = JSON.parse(signatureText) as Record<string, string>;
    for (const name of ['key', 'signedAt', 'sha256', 'signature']) {
      for (let draw = 0; draw < 20; draw += 1) {
        const text = value[name]!;
        const at = random.drawInteger(text.replace(/=+$/, '').length - 1);
        const changed = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
        expect(standingOf({ signatureText: JSON.stringify({ ...value, [name]: changed }) })).not.toBe('trusted');
      }
    }
  });

  it('tells the person at the bench why, and what to do', () => {
    const standing = checkFileSignature({ sha256, signatureText: null, keyring, nowMs: NOW });
    expect(() => assertSignatureTrusted('photon.yaml', standing)).toThrow(
      expect.objectContaining({
        code: 'recipe/unsigned',
        message: expect.stringContaining('photon.yaml is refused'),
        hint: expect.stringContaining('sign it'),
      }),
    );
  });

  it('cannot be signed with something that is no key, and the key is not quoted', () => {
    expect(() => signFile(sha256, 'secret text', SIGNED_AT)).toThrow(
      expect.objectContaining({ code: 'record/signing-key', message: expect.not.stringContaining('secret') }),
    );
  });
});

describe('a keyring', () => {
  it('is read back as it was written', () => {
    const revoked = { ...entry, revoked: { at: SIGNED_AT, reason: 'left' } };
    expect(parseKeyring(JSON.stringify({ keys: [entry, revoked] }))).toEqual({ keys: [entry, revoked] });
  });

  it('is refused whole when one key is wrong', () => {
    const wrong = [
      { ...entry, owner: '' },
      { ...entry, role: 'boss' },
      { ...entry, fingerprint: 'ab' },
      { ...entry, notAfter: 'soon' },
      null,
      'x',
    ];
    for (const key of wrong) expect(() => parseKeyring(JSON.stringify({ keys: [entry, key] }))).toThrow('key 2');
    for (const text of ['', '{}', '[]', 'null', '{"keys":{}}']) expect(() => parseKeyring(text)).toThrow('no list');
  });
});
