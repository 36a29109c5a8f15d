/**
 * Makes a domain, where there is none of its name.
 */
import { Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { givesRoles } from '../../api/rights.ts';
import { useMe } from '../../app/session.tsx';
import { LinkButton } from '../../components/LinkButton.tsx';
import { Panel } from '../../components/Panel.tsx';
import { useKept } from '../../components/use-kept.ts';
import { useSending } from '../../components/use-sending.ts';
import {
  bodyOf,
  type DomainDraft,
  DomainFields,
  DomainProblem,
  EMPTY,
  isDomainDraft,
} from './DomainFields.tsx';
import { NotForYou } from './NotForYou.tsx';
import classes from './People.module.css';
import { type DomainBody, putDomain } from './people-queries.ts';
import { words } from './words-domains.ts';

const NAME = /^[a-z][a-z0-9_]{0,62}$/;

export function NewDomainPage() {
  const me = useMe();
  if (!givesRoles(me)) {
    return (
      <NotForYou
        heading={words.newTitle}
        title={words.refusedNewTitle}
        rule={words.refusedNewHelp}
        action={
          <LinkButton variant="default" link={{ to: '/domains' }}>
            {words.title}
          </LinkButton>
        }
      />
    );
  }
  return (
    <div className={classes['page']}>
      <header>
        <h1>{words.newTitle}</h1>
        <p className={classes['lead']}>{words.newLead}</p>
      </header>
      <NewDomain />
    </div>
  );
}

/** As the tab keeps it while one is elsewhere, to make a person whom the mesh does not know. */
interface Begun {
  name: string;
  draft: DomainDraft;
}

const BEGINNING: Begun = { name: '', draft: EMPTY };

function isBegun(value: unknown): value is Begun {
  if (typeof value !== 'object' || value === null) return false;
  if (!('name' in value) || !('draft' in value)) return false;
  return typeof value.name === 'string' && isDomainDraft(value.draft);
}

function NewDomain() {
  const { value: begun = BEGINNING, put } = useKept('new-domain', isBegun);
  const { name, draft } = begun;
  const [said, setSaid] = useState<string | null>(null);
  const make = useMake(() => put(undefined));
  return (
    <form
      className={`${classes['form']} ${classes['narrow']}`}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (NAME.test(name)) make.mutate(bodyOf(name, draft));
        else setSaid(words.nameFault);
      }}
    >
      <Panel title={words.domain}>
        <div className={classes['form']}>
          <TextInput
            label={words.name}
            description={words.nameHelp}
            error={name === '' || NAME.test(name) ? null : words.nameFault}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={name}
            onChange={({ currentTarget: { value } }) => {
              setSaid(null);
              put((old = BEGINNING) => ({ ...old, name: value.trim() }));
            }}
          />
          <DomainFields
            draft={draft}
            onChange={(part) =>
              put((old = BEGINNING) => ({ ...old, draft: { ...old.draft, ...part } }))
            }
          />
        </div>
      </Panel>
      <DomainProblem error={make.error} draft={draft} />
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

function useMake(onMade: () => void) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useSending({
    mutationFn: (body: DomainBody) => putDomain(body, null),
    onSuccess: async ({ name }) => {
      onMade();
      await client.invalidateQueries({ queryKey: ['domains'] });
      await navigate({ to: '/d/$domain', params: { domain: name } });
    },
  });
}
