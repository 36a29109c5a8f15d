/**
 * What the page of a new product asks of the mesh: a draft from a sample, what is missing in a draft, and its publication.
 */
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Answer, sendRaw } from '../../../api/answers.ts';
import { Problem, type ProblemDocument, type ProblemPart } from '../../../api/problem.ts';
import { useSending } from '../../../components/use-sending.ts';
import { formatOf } from '../file-names.ts';
import type { Published } from '../types.ts';

/** Largest sample that is taken. */
export const SAMPLE_BYTES_MAX = 32_000_000;
const TYPING_MS = 700;

export type Inference = Answer<'/api/v1/contracts/inferences', 'post'>;
/** What the sample shows of a column. */
export type Evidence = Inference['evidence'][number];

/** A draft contract from a sample file; the file is not kept. */
export async function inferContract(file: File, product: string): Promise<Inference> {
  const format = formatOf(file.name);
  const { document } = await sendRaw('/api/v1/contracts/inferences', {
    query: { product, name: file.name, ...(format === null ? {} : { format }) },
    headers: { 'content-type': 'application/octet-stream' },
    body: file,
  });
  return document;
}

async function postContract(
  text: string,
  isDry: boolean,
  signal?: AbortSignal,
): Promise<Published> {
  const { document } = await sendRaw('/api/v1/contracts', {
    query: isDry ? { dryRun: 'true' } : {},
    headers: {
      'content-type': 'application/yaml',
      ...(isDry ? {} : { 'idempotency-key': crypto.randomUUID() }),
    },
    body: text,
    ...(signal === undefined ? {} : { signal }),
  });
  return document;
}

export interface Trial {
  /** What publishing would do; null while something is missing. */
  published: Published | null;
  /** What is missing or wrong, with its line and remedy. */
  faults: readonly ProblemPart[];
  /** Something that no line of the contract can mend. */
  error: Error | null;
  /** The text that was last tried, or is being tried. */
  settled: string;
  isOld: boolean;
}

/** Tries to publish the draft without doing it, each time one stops typing. */
export function useTrial(text: string): Trial {
  const [settled] = useDebouncedValue(text, TYPING_MS);
  const query = useQuery({
    queryKey: ['contract-trial', settled],
    queryFn: async ({ signal }) => {
      try {
        return { published: await postContract(settled, true, signal), faults: [] };
      } catch (error) {
        if (error instanceof Problem && error.status >= 400 && error.status < 500) {
          return { published: null, faults: faultsOf(error.document) };
        }
        throw error;
      }
    },
    enabled: settled !== '',
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 10_000,
  });
  const isOld = settled !== text || query.isPlaceholderData;
  return {
    published: query.data?.published ?? null,
    faults: query.data?.faults ?? [],
    error: query.error,
    settled,
    isOld: isOld || query.isPending,
  };
}

/** The parts of a refusal, or the whole where it has none; what is wrong with the number itself comes before what changed. */
export function faultsOf({ code, detail, remedy, errors = [] }: ProblemDocument): ProblemPart[] {
  const isOfNumber = code.startsWith('CONTRACT_VERSION_');
  const whole: ProblemPart = {
    code,
    message: detail,
    ...(isOfNumber ? { path: '$.version' } : {}),
    ...(remedy === undefined ? {} : { remedy }),
  };
  if (isOfNumber) return [whole, ...errors.filter(({ message }) => message !== detail)];
  return errors.length > 0 ? errors : [whole];
}

export function usePublish(onPublished: (published: Published) => void) {
  const client = useQueryClient();
  return useSending({
    mutationFn: (text: string) => postContract(text, false),
    onSuccess: async (published) => {
      onPublished(published);
      await client.invalidateQueries({
        predicate: ({ queryKey }) =>
          ['search', 'product', 'contract'].includes(String(queryKey[0])),
      });
    },
  });
}
