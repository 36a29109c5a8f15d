/**
 * The change of a policy that somebody works on. It outlives the page, so that looking elsewhere loses nothing; it never
 * leaves the browser.
 */
import { useCallback, useSyncExternalStore } from 'react';
import type { Policy, PolicyContent, Tagged } from './policy-queries.ts';

export interface Draft<Content> {
  content: Content;
  /** Tag of the version that the draft was begun from. */
  etag: string;
}

const drafts = new Map<string, Draft<unknown>>();
const listeners = new Set<() => void>();

function keep(product: string, draft: Draft<unknown> | null): void {
  if (draft === null) drafts.delete(product);
  else drafts.set(product, draft);
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export interface DraftHandle<Content> {
  content: Content;
  etag: string;
  isChanged: boolean;
  change(part: Partial<Content>): void;
  drop(): void;
  /** Goes on with the same content against another version. */
  rebase(etag: string): void;
}

export function useDraft<Content extends object>(
  product: string,
  { content, etag }: { content: Content; etag: string },
): DraftHandle<Content> {
  const read = useCallback(() => drafts.get(product) as Draft<Content> | undefined, [product]);
  const draft = useSyncExternalStore(subscribe, read);
  const now = draft ?? { content, etag };
  return {
    ...now,
    isChanged: draft !== undefined && JSON.stringify(draft.content) !== JSON.stringify(content),
    change: (part) => keep(product, { ...now, content: { ...now.content, ...part } }),
    drop: () => keep(product, null),
    rebase: (next) => keep(product, { ...now, etag: next }),
  };
}

/** Whatever a policy holds is content: a field that these pages do not know yet must come through a change unharmed. */
export function contentOf({ policy }: Tagged<Policy>): PolicyContent {
  const {
    product: _product,
    version: _version,
    updatedBy: _by,
    updatedAt: _at,
    ...content
  } = policy;
  return content;
}
