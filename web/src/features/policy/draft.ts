/**
 * The change of a policy that somebody works on. It is kept in his tab, so that looking elsewhere or loading the page anew loses
 * nothing; it never leaves the browser.
 */
import { useKept } from '../../components/use-kept.ts';
import type { Policy, PolicyContent, Tagged } from './policy-queries.ts';

export interface Draft<Content> {
  content: Content;
  /** Tag of the version that the draft was begun from. */
  etag: string;
}

function isDraft(value: unknown): value is Draft<object> {
  if (typeof value !== 'object' || value === null) return false;
  const { content, etag } = value as Partial<Draft<unknown>>;
  return typeof content === 'object' && content !== null && typeof etag === 'string';
}

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
  const { value, put } = useKept(`policy:${product}`, isDraft);
  const draft = value as Draft<Content> | undefined;
  const now = draft ?? { content, etag };
  return {
    ...now,
    isChanged: draft !== undefined && JSON.stringify(draft.content) !== JSON.stringify(content),
    change: (part) => put({ ...now, content: { ...now.content, ...part } }),
    drop: () => put(undefined),
    rebase: (next) => put({ ...now, etag: next }),
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
