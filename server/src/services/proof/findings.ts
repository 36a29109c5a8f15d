/**
 * What a proof of a data directory finds, and the repairs that it may do.
 *
 * Not the looking (the other files of this folder). Invariants: a repair never makes anything up: it removes what nothing
 * names, writes what is known from elsewhere, or ends what cannot go on; nothing is repaired before everything was looked
 * at, and nothing is swept while anything is found that could need it.
 */

/**
 * `note`: harmless, a repair removes it. `repairable`: wrong, and a repair puts it right. `repaired`: it was one of the
 * two. `damaged`: wrong, and only a person can put it right.
 */
export type FindingState = 'note' | 'repairable' | 'repaired' | 'damaged';

export interface ProofFinding {
  /** Lower case with hyphens, stable: for scripts. */
  code: string;
  state: FindingState;
  /** The table, batch, file or chain that it is about. */
  subject: string;
  detail: string;
  /** Who or what is touched by it. */
  affected: string;
  /** What to do, or what was done. */
  remedy: string;
}

/** Deletes, or writes what is known; resolves to what was done. */
export type Repair = () => Promise<string>;

interface Found {
  finding: ProofFinding;
  repair: Repair | null;
  isSweep: boolean;
}

type Words = Pick<ProofFinding, 'code' | 'subject' | 'detail' | 'affected'>;

export class Findings {
  readonly #found: Found[] = [];

  /** Something that only a person can put right. */
  damaged(words: Words & { remedy: string }): void {
    this.#found.push({ finding: { ...words, state: 'damaged' }, repair: null, isSweep: false });
  }

  /** Something that is wrong, and what puts it right. */
  repairable(words: Words, repair: Repair): void {
    const remedy = 'Run it again with --repair.';
    const finding: ProofFinding = { ...words, state: 'repairable', remedy };
    this.#found.push({ finding, repair, isSweep: false });
  }

  /** Something harmless that is in nobody's use. */
  stray(words: Omit<Words, 'affected'>, remove: () => Promise<void>): void {
    const affected = 'nothing; it takes room';
    const remedy = 'Run it again with --repair to remove it.';
    const finding: ProofFinding = { ...words, affected, state: 'note', remedy };
    const repair = async (): Promise<string> => {
      await remove();
      return 'Removed.';
    };
    this.#found.push({ finding, repair, isSweep: true });
  }

  /** Something worth knowing that needs nobody. */
  note(words: Words & { remedy: string }): void {
    this.#found.push({ finding: { ...words, state: 'note' }, repair: null, isSweep: false });
  }

  /** Does what may be done. Nothing is swept while there is damage: a stray could be what it is mended with. */
  async repair(): Promise<void> {
    const isDamaged = this.#found.some(({ finding }) => finding.state === 'damaged');
    for (const found of this.#found) {
      if (found.repair === null) continue;
      if (found.isSweep && isDamaged) {
        found.finding.remedy = 'Kept: it is swept only when nothing is damaged.';
        continue;
      }
      found.finding.remedy = await found.repair();
      found.finding.state = 'repaired';
    }
  }

  list(): ProofFinding[] {
    return this.#found.map(({ finding }) => finding);
  }
}
