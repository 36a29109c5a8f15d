/**
 * What a domain is called and about, who owns and who guards it.
 */
import { Textarea, TextInput } from '@mantine/core';
import { Problem } from '../../api/problem.ts';
import { givesRoles } from '../../api/rights.ts';
import type { Domain } from '../../api/types.ts';
import { useMe } from '../../app/session.tsx';
import { LinkButton } from '../../components/LinkButton.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { present } from '../../lib/search-params.ts';
import classes from './People.module.css';
import { PeopleInput } from './PeopleInput.tsx';
import { words } from './words-domains.ts';

export interface DomainDraft {
  title: string;
  description: string;
  owners: string[];
  stewards: string[];
}

export const EMPTY: DomainDraft = { title: '', description: '', owners: [], stewards: [] };

export function draftOfDomain({ title, description, owners, stewards }: Domain): DomainDraft {
  return { title, description: description ?? '', owners, stewards };
}

/** Whether what was kept, by an older app perhaps, is a draft still. */
export function isDomainDraft(value: unknown): value is DomainDraft {
  if (typeof value !== 'object' || value === null) return false;
  const { title, description, owners, stewards } = value as Partial<DomainDraft>;
  const areTexts = (list: unknown): boolean =>
    Array.isArray(list) && list.every((text) => typeof text === 'string');
  return (
    typeof title === 'string' &&
    typeof description === 'string' &&
    areTexts(owners) &&
    areTexts(stewards)
  );
}

/** As the API takes it: a title that is left empty is the name. */
export function bodyOf(name: string, { title, description, owners, stewards }: DomainDraft) {
  return {
    name,
    title: title.trim() === '' ? name : title.trim(),
    description: description.trim() === '' ? null : description.trim(),
    owners,
    stewards,
  };
}

export interface DomainFieldsProps {
  draft: DomainDraft;
  onChange(part: Partial<DomainDraft>): void;
}

export function DomainFields({ draft, onChange }: DomainFieldsProps) {
  return (
    <>
      <TextInput
        label={words.titled}
        description={words.titleHelp}
        maxLength={200}
        value={draft.title}
        onChange={({ currentTarget: { value } }) => onChange({ title: value })}
      />
      <Textarea
        label={words.about}
        autosize
        minRows={2}
        maxLength={4000}
        value={draft.description}
        onChange={({ currentTarget: { value } }) => onChange({ description: value })}
      />
      <div>
        <PeopleInput
          label={words.owners}
          values={draft.owners}
          onChange={(owners) => onChange({ owners })}
        />
        <p className={classes['hint']}>
          {draft.owners.length === 0 ? words.noOwner : words.ownersHelp}
        </p>
      </div>
      <div>
        <PeopleInput
          label={words.stewards}
          values={draft.stewards}
          onChange={(stewards) => onChange({ stewards })}
        />
        <p className={classes['hint']}>{words.stewardsHelp}</p>
      </div>
    </>
  );
}

export interface DomainProblemProps {
  error: unknown;
  /** What was refused. */
  draft: DomainDraft;
}

/** Why the way to make somebody: a domain takes nobody whom the mesh does not know. */
export function DomainProblem({ error, draft }: DomainProblemProps) {
  const me = useMe();
  if (error === null) return null;
  return (
    <div className={classes['card']}>
      <ProblemBox
        error={error}
        action={
          givesRoles(me) ? (
            <LinkButton
              variant="default"
              link={{ to: '/people/-/new', search: present({ id: unknownOf(error, draft) }) }}
            >
              {words.makePerson}
            </LinkButton>
          ) : undefined
        }
      />
    </div>
  );
}

const PLACE = /^\$\.(owners|stewards)\[(\d+)\]$/;

/** The first id of the draft that the mesh does not know. */
function unknownOf(error: unknown, draft: DomainDraft): string | undefined {
  if (!(error instanceof Problem)) return undefined;
  const part = error.document.errors?.find(({ code }) => code === 'SUBJECT_UNKNOWN');
  const [, list, at] = PLACE.exec(part?.path ?? '') ?? [];
  return list === undefined ? undefined : draft[list as 'owners' | 'stewards'][Number(at)];
}
