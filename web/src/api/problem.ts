/**
 * What the API says when it says no: RFC 9457 problem documents as errors of this app.
 */
import { words } from './words.ts';

export interface ProblemDocument {
  status: number;
  code: string;
  title: string;
  detail: string;
  remedy?: string;
  instance?: string;
  errors?: ProblemPart[];
}

export interface ProblemPart {
  code?: string;
  message: string;
  path?: string;
  line?: number;
  column?: number;
  remedy?: string;
}

export class Problem extends Error {
  readonly document: ProblemDocument;

  constructor(document: ProblemDocument) {
    super(document.detail);
    this.name = 'Problem';
    this.document = document;
  }

  get status(): number {
    return this.document.status;
  }
}

/** The problem that a response tells, or what its status alone tells. */
export async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  const told = typeof body === 'object' && body !== null ? body : {};
  return new Problem({
    title: response.statusText || words.status(response.status),
    detail: words.answered(response.status),
    code: `HTTP_${response.status}`,
    ...told,
    status: response.status,
  });
}

/** No answer at all: the mesh is away, or the way to it. */
export function unreachable(): Problem {
  return new Problem({
    status: 0,
    code: 'UNREACHABLE',
    title: words.noAnswer,
    detail: words.noAnswerDetail,
    remedy: words.noAnswerRemedy,
  });
}

/** An answer, and none that a mesh gives: something between answered in its place, or cut it off. */
export function notTheMesh(): Problem {
  return new Problem({
    status: 0,
    code: 'NOT_AN_ANSWER',
    title: words.noMesh,
    detail: words.noMeshDetail,
    remedy: words.noMeshRemedy,
  });
}

/** Whether asking again could help without anybody doing anything. */
export function isPassing(error: unknown): boolean {
  return error instanceof Problem && (error.status === 0 || error.status >= 500);
}
