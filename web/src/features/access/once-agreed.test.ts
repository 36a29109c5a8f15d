/** What a request would show: only what an agreement for its purpose shows by itself. */
import { describe, expect, it } from 'vitest';
import type { AccessExplanation } from '../../api/access.ts';
import { seenOnceAgreed } from './once-agreed.ts';

const view = { columns: [{ name: 'id', mask: null }] } as unknown as NonNullable<
  AccessExplanation['seen']
>;
const agreement = { kind: 'agreement', do: 'add', agreement: null, text: 'agree' } as const;
const purpose = { kind: 'purpose', purpose: 'planning', text: 'ask for planning' } as const;
const change = (...edits: unknown[]): AccessExplanation['change'] =>
  ({ edits, decision: 'permit', seen: view }) as unknown as AccessExplanation['change'];

describe('what is seen once an agreement is in force', () => {
  it('is what is seen now, where that is anything', () => {
    expect(seenOnceAgreed({ seen: view, change: null })).toBe(view);
  });

  it('is what the agreement alone adds', () => {
    expect(seenOnceAgreed({ seen: null, change: change(agreement) })).toBe(view);
  });

  it('is nothing where more than the agreement is needed', () => {
    expect(seenOnceAgreed({ seen: null, change: change(agreement, purpose) })).toBeNull();
    expect(seenOnceAgreed({ seen: null, change: change(purpose) })).toBeNull();
    expect(seenOnceAgreed({ seen: null, change: null })).toBeNull();
  });
});
