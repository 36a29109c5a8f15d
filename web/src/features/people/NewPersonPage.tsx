/**
 * Makes a person or a service: its id for good, its name, and what it may be.
 */
import '@mantine/core/styles/Radio.layer.css';
import { Button, Radio, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { givesRoles } from '../../api/rights.ts';
import { useMe } from '../../app/session.tsx';
import { Panel } from '../../components/Panel.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { useKept } from '../../components/use-kept.ts';
import { useSending } from '../../components/use-sending.ts';
import { NotForYou } from './NotForYou.tsx';
import classes from './People.module.css';
import { makeUser, type NewUser } from './people-queries.ts';
import { RightsFields } from './RightsFields.tsx';
import { attributesOf, faultOf, isRightsDraft, type RightsDraft } from './rights-draft.ts';
import { FAULTS, words } from './words.ts';

const ID = /^[\p{L}\p{N}][\p{L}\p{N}._@+-]{0,199}$/u;

export function NewPersonPage() {
  const me = useMe();
  const { domain, id } = useSearch({ from: '/people/-/new' });
  return givesRoles(me) ? (
    <div className={classes['page']}>
      <header>
        <h1>{words.newTitle}</h1>
        <p className={classes['lead']}>{words.newLead}</p>
      </header>
      <NewPerson domain={domain} named={id} />
    </div>
  ) : (
    <NotForYou heading={words.newTitle} title={words.refusedTitle} rule={words.refusedNewHelp} />
  );
}

interface NewPersonProps {
  domain: string | undefined;
  named: string | undefined;
}

/** As the tab keeps it until somebody is made. Why by its link: what a link asks for must not show what was begun by another. */
interface Begun {
  kind: 'user' | 'service';
  id: string;
  draft: RightsDraft;
}

function isBegun(value: unknown): value is Begun {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, id, draft } = value as Partial<Begun>;
  const isKind = kind === 'user' || kind === 'service';
  return isKind && typeof id === 'string' && isRightsDraft(draft);
}

function NewPerson({ domain, named = '' }: NewPersonProps) {
  const { value, put: keep } = useKept(`new-person:${domain ?? ''} ${named}`, isBegun);
  const begun: Begun = value ?? { kind: 'user', id: named, draft: beginning(domain) };
  const { kind, id, draft } = begun;
  const [said, setSaid] = useState<string | null>(null);
  const make = useMake(() => keep(undefined));
  const change = (part: (before: Begun) => Partial<Begun>) => {
    setSaid(null);
    keep((before = begun) => ({ ...before, ...part(before) }));
  };
  const put = (part: Partial<RightsDraft>) =>
    change((before) => ({ draft: { ...before.draft, ...part } }));
  const send = () => {
    const named = { ...draft, name: draft.name.trim() === '' ? id : draft.name.trim() };
    const fault = ID.test(id) ? faultOf(named) : null;
    if (!ID.test(id)) setSaid(words.idFault);
    else if (fault !== null) setSaid(FAULTS[fault]);
    else make.mutate({ id, kind, ...named, attributes: attributesOf(named.attributes) });
  };
  return (
    <form
      className={`${classes['form']} ${classes['narrow']}`}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Panel title={words.who}>
        <div className={classes['form']}>
          <KindChoice kind={kind} onChange={(next) => change(() => ({ kind: next }))} />
          <Names
            id={id}
            name={draft.name}
            onId={(next) => change(() => ({ id: next }))}
            onName={(name) => put({ name })}
          />
        </div>
      </Panel>
      <Panel title={words.rights}>
        <div className={classes['form']}>
          <RightsFields draft={draft} onChange={put} />
        </div>
      </Panel>
      {make.error === null ? null : (
        <div className={classes['card']}>
          <ProblemBox error={make.error} />
        </div>
      )}
      <div className={classes['row']}>
        <Button type="submit" loading={make.isPending}>
          {words.make}
        </Button>
        <p className="caption" role="status">
          {said}
        </p>
      </div>
    </form>
  );
}

function beginning(domain: string | undefined): RightsDraft {
  return domain === undefined
    ? { name: '', roles: ['consumer'], domains: [], attributes: [] }
    : { name: '', roles: ['producer'], domains: [domain], attributes: [] };
}

interface KindChoiceProps {
  kind: 'user' | 'service';
  onChange(kind: 'user' | 'service'): void;
}

function KindChoice({ kind, onChange }: KindChoiceProps) {
  return (
    <fieldset className={classes['choices']}>
      <legend>{words.kind}</legend>
      <Radio
        name="kind"
        label={words.person}
        description={words.personHelp}
        checked={kind === 'user'}
        onChange={() => onChange('user')}
      />
      <Radio
        name="kind"
        label={words.service}
        description={words.serviceHelp}
        checked={kind === 'service'}
        onChange={() => onChange('service')}
      />
    </fieldset>
  );
}

interface NamesProps {
  id: string;
  name: string;
  onId(id: string): void;
  onName(name: string): void;
}

function Names({ id, name, onId, onName }: NamesProps) {
  return (
    <div className={classes['pair']}>
      <TextInput
        label={words.id}
        description={words.idHelp}
        error={id === '' || ID.test(id) ? null : words.idFault}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={200}
        value={id}
        onChange={({ currentTarget: { value } }) => onId(value.trim())}
      />
      <TextInput
        label={words.name}
        description={words.nameHelp}
        placeholder={id}
        autoComplete="off"
        maxLength={200}
        value={name}
        onChange={({ currentTarget: { value } }) => onName(value)}
      />
    </div>
  );
}

function useMake(onMade: () => void) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useSending({
    mutationFn: (body: NewUser) => makeUser(body),
    onSuccess: async ({ id }) => {
      onMade();
      await client.invalidateQueries({ queryKey: ['users'] });
      await navigate({ to: '/people/$person', params: { person: id } });
    },
  });
}
