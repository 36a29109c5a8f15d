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
  /** Milliseconds that whoever answered wants to be left alone. */
  waitMs?: number;
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

/** The problem that a response tells; without one, what its status tells, of what is in the way as well as of the mesh. */
export async function problemOf(response: Response): Promise<Problem> {
  const { status } = response;
  const body: unknown = await response.json().catch(() => null);
  const told = typeof body === 'object' && body !== null ? body : {};
  // Why not by its status: whoever answers 404 in the place of the mesh does not know what there is.
  if (!('code' in told) && status < 500 && !PASSING.includes(status)) return notTheMesh(status);
  const waitMs = waitOf(response.headers.get('retry-after'));
  return new Problem({
    title: response.statusText || words.status(status),
    detail: words.answered(status),
    code: `HTTP_${status}`,
    ...told,
    status,
    ...(waitMs === null ? {} : { waitMs }),
  });
}

/** Seconds, or the time when; null for neither. */
function waitOf(text: string | null): number | null {
  if (text === null || text.trim() === '') return null;
  const ms = /^\d+$/.test(text.trim()) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? null : Math.max(0, ms);
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
export function notTheMesh(status?: number): Problem {
  return new Problem({
    status: 0,
    code: NOT_AN_ANSWER,
    title: words.noMesh,
    detail: status === undefined ? words.noMeshDetail : words.noMeshAnswered(status),
    remedy: words.noMeshRemedy,
  });
}

export const NOT_AN_ANSWER = 'NOT_AN_ANSWER';

/** A proxy that wants a sign-in of its own, one that waited too long, and too many requests. */
const PASSING: readonly number[] = [407, 408, 429];

/** Whether asking again could help without anybody doing anything. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Problem)) return false;
  return error.status === 0 || error.status >= 500 || PASSING.includes(error.status);
}
