/**
 * The chain against every single tampering: change, removal, move, insertion, truncation, rewriting.
 *
 * Oracle: node:crypto's SHA-256 and Ed25519, and an RFC 8785 library that is not ours for the form that is hashed.
 */
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { describe, test } from 'node:test';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import type { Crypto } from '../lib/ports.ts';
import {
  type AuditCheckpoint,
  type AuditDraft,
  type AuditEntry,
  checkpointStatement,
  commit,
  emptyHead,
  encodeHex,
  sealEntries,
  verifyChain,
} from './audit-chain.ts';
import { entryLine, headerLine, openingLine, verifyExport } from './audit-export.ts';

const pairs = { mine: generateKeyPairSync('ed25519'), other: generateKeyPairSync('ed25519') };

const crypto: Crypto = {
  sha256: (data) => createHash('sha256').update(data).digest('hex'),
  sign: (keyId, data) => sign(null, data, pairs[keyId as keyof typeof pairs].privateKey),
  verify: (publicKey, data, signature) =>
    verify(null, data, pairs[publicKey as keyof typeof pairs].publicKey as KeyObject, signature),
};

const CHAIN = 'control';
const AT = '2026-11-22T10:00:00.000Z';

function draft(n: number): AuditDraft {
  return { actor: `user-${n % 3}`, action: 'agreement.approve', subject: `p${n}`, details: { n } };
}

function makeChain(length: number): AuditEntry[] {
  const drafts = Array.from({ length }, (_, n) => draft(n));
  return sealEntries(crypto, emptyHead(crypto, CHAIN), drafts, AT);
}

function at(entries: readonly AuditEntry[], index: number): AuditEntry {
  const entry = entries[index];
  assert.ok(entry);
  return entry;
}

function signAt(
  entries: readonly AuditEntry[],
  index: number,
  keyId = 'mine',
  chain = CHAIN,
): AuditCheckpoint {
  const { hash } = at(entries, index);
  const statement = checkpointStatement(chain, { index, hash, at: AT });
  return { index, hash, at: AT, keyId, signature: encodeHex(crypto.sign(keyId, statement)) };
}

function codes(entries: readonly AuditEntry[], checkpoints: AuditCheckpoint[] = []): string[] {
  const options = { chain: CHAIN, checkpoints, trustedKey: 'mine' };
  return verifyChain(crypto, entries, options).map((finding) => finding.code);
}

/** What an attacker with the code would do: put in his content and seal everything after it again. */
function rewriteFrom(entries: readonly AuditEntry[], from: number, actor: string): AuditEntry[] {
  const kept = entries.slice(0, from);
  const drafts = entries.slice(from).map((entry) => ({
    actor: entry.index === from ? actor : entry.actor,
    action: entry.action,
    subject: entry.subject,
    details: JSON.parse(entry.details),
  }));
  const head = kept.at(-1) ?? emptyHead(crypto, CHAIN);
  return [...kept, ...sealEntries(crypto, head, drafts, AT)];
}

describe('a sealed chain', () => {
  test('verifies, also when it was sealed in several batches', () => {
    const drafts = Array.from({ length: 9 }, (_, n) => draft(n));
    const first = sealEntries(crypto, emptyHead(crypto, CHAIN), drafts.slice(0, 4), AT);
    const second = sealEntries(crypto, at(first, 3), drafts.slice(4), AT);
    assert.deepEqual([...first, ...second], makeChain(9));
    assert.deepEqual(codes(makeChain(9), [signAt(makeChain(9), 8)]), []);
    assert.deepEqual(codes([]), []);
  });

  test('hashes the RFC 8785 form of the entry without its hash', () => {
    for (const { hash, ...rest } of makeChain(3))
      assert.equal(hash, crypto.sha256(canonicalize(rest) ?? ''));
  });

  test('of another name does not pass for this one', () => {
    const foreign = sealEntries(crypto, emptyHead(crypto, 'node'), [draft(0)], AT);
    assert.deepEqual(codes(foreign), ['AUDIT_CHAIN_BROKEN']);
  });
});

describe('tampering', () => {
  test('with any field of any entry is found', () => {
    const entries = makeChain(6);
    const fields = ['at', 'actor', 'action', 'subject', 'details', 'previous', 'hash'] as const;
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5 }),
        fc.constantFrom(...fields),
        fc.string(),
        (i, f, text) => {
          fc.pre(at(entries, i)[f] !== text);
          const changed = entries.map((entry) =>
            entry.index === i ? { ...entry, [f]: text } : entry,
          );
          assert.notDeepEqual(codes(changed), []);
        },
      ),
      { seed: Number(process.env['WEFT_SEED'] ?? 1) },
    );
  });

  test('by any other order, removal or repetition is found', () => {
    const entries = makeChain(5);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...entries), { maxLength: 7 }), (mixed) => {
        const intact = mixed.every((entry, i) => entry.index === i);
        assert.equal(codes(mixed).length === 0, intact);
      }),
      { seed: Number(process.env['WEFT_SEED'] ?? 1) },
    );
  });

  test('is named: changed, missing, out of order, not continued', () => {
    const entries = makeChain(5);
    assert.deepEqual(
      codes(entries.map((entry) => (entry.index === 2 ? { ...entry, actor: 'eve' } : entry))),
      ['AUDIT_ENTRY_CHANGED'],
    );
    assert.deepEqual(codes(entries.toSpliced(2, 1)), ['AUDIT_ENTRY_MISSING']);
    assert.deepEqual(codes(entries.slice(1)), ['AUDIT_ENTRY_MISSING']);
    const moved = [at(entries, 1), at(entries, 0), ...entries.slice(2)];
    assert.ok(codes(moved).includes('AUDIT_ENTRY_OUT_OF_ORDER'));
    const replaced = rewriteFrom(entries, 2, 'eve').slice(0, 3);
    assert.deepEqual(codes([...replaced, ...entries.slice(3)]), ['AUDIT_CHAIN_BROKEN']);
  });

  test('by an insertion is found, with or without a hash that fits', () => {
    const entries = makeChain(4);
    const [inserted] = sealEntries(crypto, at(entries, 1), [draft(99)], AT);
    assert.ok(inserted);
    const mixed = [...entries.slice(0, 2), inserted, ...entries.slice(2)];
    assert.deepEqual(codes(mixed), ['AUDIT_ENTRY_OUT_OF_ORDER']);
  });

  test('by truncation or by rewriting everything after shows only against a checkpoint', () => {
    const entries = makeChain(6);
    const checkpoint = signAt(entries, 5);
    assert.deepEqual(codes(entries.slice(0, 4)), []);
    assert.deepEqual(codes(entries.slice(0, 4), [checkpoint]), ['AUDIT_CHAIN_TRUNCATED']);
    assert.deepEqual(codes([], [checkpoint]), ['AUDIT_CHAIN_TRUNCATED']);
    const rewritten = rewriteFrom(entries, 1, 'eve');
    assert.deepEqual(codes(rewritten), []);
    assert.deepEqual(codes(rewritten, [checkpoint]), ['AUDIT_CHECKPOINT_DIFFERS']);
  });

  test('with a checkpoint, or one by another key, is found', () => {
    const entries = makeChain(3);
    const forged = signAt(entries, 2, 'other');
    assert.deepEqual(codes(entries, [forged]), ['AUDIT_CHECKPOINT_UNTRUSTED']);
    const altered = { ...signAt(entries, 2), at: '2027-01-01T00:00:00.000Z' };
    assert.deepEqual(codes(entries, [altered]), ['AUDIT_CHECKPOINT_UNTRUSTED']);
    const noHex = { ...signAt(entries, 2), signature: 'zz' };
    assert.deepEqual(codes(entries, [noHex]), ['AUDIT_CHECKPOINT_UNTRUSTED']);
    const found = verifyChain(crypto, entries, { chain: CHAIN, checkpoints: [signAt(entries, 2)] });
    assert.deepEqual(
      found.map((finding) => finding.code),
      ['AUDIT_CHECKPOINT_UNTRUSTED'],
    );
  });
});

describe('an export file', () => {
  const entries = makeChain(4);
  const salt = '00'.repeat(16);
  const opening = { commitment: commit(crypto, salt, 'Ada'), person: 'p1', salt, value: 'Ada' };
  const lines = [
    headerLine(CHAIN, [signAt(entries, 3)]),
    ...entries.map(entryLine),
    openingLine(opening),
  ];
  const check = async (changed: readonly string[]): Promise<string[]> => {
    const reports = await verifyExport(crypto, changed, { trustedKey: 'mine' });
    return reports.flatMap(({ findings }) => findings.map((finding) => finding.code));
  };

  test('verifies by itself', async () => {
    const report = await verifyExport(crypto, lines, { trustedKey: 'mine' });
    assert.deepEqual(report, [{ chain: CHAIN, entries: 4, findings: [] }]);
  });

  test('of two chains has a report for each, and no chain twice', async () => {
    const other = sealEntries(crypto, emptyHead(crypto, 'other'), [draft(1)], AT);
    const pinned = signAt(other, 0, 'mine', 'other');
    const both = [...lines, headerLine('other', [pinned]), ...other.map(entryLine)];
    const reports = await verifyExport(crypto, both, { trustedKey: 'mine' });
    assert.deepEqual(
      reports.map(({ chain, entries, findings }) => [chain, entries, findings.length]),
      [
        [CHAIN, 4, 0],
        ['other', 1, 0],
      ],
    );
    assert.deepEqual(await check([...both, ...lines]), ['AUDIT_FILE_UNREADABLE']);
    const early = [...other.map(entryLine), ...lines];
    assert.deepEqual(await check(early), ['AUDIT_FILE_UNREADABLE']);
  });

  test('that was written anew proves nothing without a checkpoint of the trusted key', async () => {
    const forged = rewriteFrom(entries, 0, 'eve').map(entryLine);
    assert.deepEqual(await check([headerLine(CHAIN, []), ...forged]), ['AUDIT_CHAIN_UNPROVEN']);
    assert.deepEqual(await check([headerLine(CHAIN, [])]), ['AUDIT_CHAIN_UNPROVEN']);
    const longer = sealEntries(crypto, { index: 3, hash: entries[3]?.hash ?? '' }, [draft(9)], AT);
    const appended = [...lines, ...longer.map(entryLine)];
    assert.deepEqual(await check(appended), ['AUDIT_CHAIN_UNPROVEN']);
    const early = [headerLine(CHAIN, [signAt(entries, 1)]), ...lines.slice(1, 5)];
    assert.deepEqual(await check(early), ['AUDIT_CHAIN_UNPROVEN']);
  });

  test('that was cut off, edited or mixed with other text does not', async () => {
    assert.deepEqual(await check(lines.slice(0, 3)), ['AUDIT_CHAIN_TRUNCATED']);
    assert.deepEqual(await check(lines.map((line) => line.replace('"p2"', '"p7"'))), [
      'AUDIT_ENTRY_CHANGED',
    ]);
    assert.deepEqual(await check(lines.toSpliced(2, 1)), ['AUDIT_ENTRY_MISSING']);
    assert.deepEqual(await check(lines.map((line) => line.replace('"Ada"', '"Eve"'))), [
      'AUDIT_COMMITMENT_WRONG',
    ]);
    assert.deepEqual(await check([...lines, 'not json']), ['AUDIT_FILE_UNREADABLE']);
    assert.deepEqual(await check(lines.slice(1)), ['AUDIT_FILE_UNREADABLE']);
    assert.deepEqual(await check([]), ['AUDIT_FILE_UNREADABLE']);
  });
});

test('a commitment hides the value without the salt and binds it with it', () => {
  const made = commit(crypto, 'a'.repeat(32), 'Ada Lovelace');
  assert.match(made, /^[0-9a-f]{64}$/);
  assert.notEqual(made, commit(crypto, 'b'.repeat(32), 'Ada Lovelace'));
  assert.notEqual(made, commit(crypto, 'a'.repeat(32), 'Ada lovelace'));
  assert.notEqual(commit(crypto, 'ab', 'c'), commit(crypto, 'a', 'bc'));
});
