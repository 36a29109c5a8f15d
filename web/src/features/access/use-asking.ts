/**
 * What somebody writes into a request, kept in his tab until it is sent.
 */
import { useKept } from '../../components/use-kept.ts';

export interface Asked {
  until: string;
  why: string;
  /** Null asks for all columns of the purpose. */
  only: string[] | null;
}

export interface Asking {
  value: Asked;
  change(part: Partial<Asked>): void;
  /** It is sent. */
  done(): void;
}

const NOTHING: Asked = { until: '', why: '', only: null };

function isAsked(value: unknown): value is Asked {
  if (typeof value !== 'object' || value === null) return false;
  const { until, why, only } = value as Partial<Asked>;
  return typeof until === 'string' && typeof why === 'string' && (only === null || isList(only));
}

const isList = (value: unknown): boolean => Array.isArray(value);

export function useAsking(product: string): Asking {
  const { value = NOTHING, put } = useKept(`request:${product}`, isAsked);
  return {
    value,
    change: (part) => put((before = NOTHING) => ({ ...before, ...part })),
    done: () => put(undefined),
  };
}
