/**
 * The page of whoever is not signed in: by the company's provider, by a key, or on an example mesh as one of its people.
 */
import { Button, Modal, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { meshQuery } from '../api/queries.ts';
import { ProblemBox } from '../components/ProblemBox.tsx';
import { Skeleton } from '../components/Skeleton.tsx';
import { formatName } from '../lib/format.ts';
import { Mark } from './Mark.tsx';
import classes from './SignIn.module.css';
import { type Credential, enter } from './sign-in.ts';
import { words } from './words.ts';

/** About as high as the people of an example and the field for a key. */
const WAYS_HEIGHT = 440;

export function SignIn({ failure }: { failure: unknown }) {
  return (
    <main className={classes['page']}>
      <div className={classes['card']}>
        <h1 className={classes['title']}>
          <Mark size={30} /> {words.name}
        </h1>
        <p className={classes['lead']}>{words.idea}</p>
        <Ways failure={failure} isAbove={false} />
      </div>
    </main>
  );
}

/** Above the page of whose session ended: nothing that was written below is lost. */
export function SignInAgain({ name }: { name: string }) {
  return (
    <Modal.Root
      opened
      // Why: the lock writes a style element, which the content policy refuses.
      lockScroll={false}
      onClose={() => null}
      closeOnEscape={false}
      closeOnClickOutside={false}
      size={520}
    >
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Body className={classes['again'] ?? ''}>
          <Modal.Title>{words.sessionEnded}</Modal.Title>
          <p className={classes['lead']}>{words.signInAgain(name)}</p>
          <Ways failure={null} isAbove />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

/** The ways in: the provider, a person of the example, a key. */
function Ways({ failure, isAbove }: { failure: unknown; isAbove: boolean }) {
  const queries = useQueryClient();
  const mesh = useQuery(meshQuery);
  const [own, setOwn] = useState<unknown>(null);
  const refusal = own ?? failure;
  const [token, setToken] = useState('');
  const enterBy = async (credential: Credential) => {
    try {
      await enter(queries, credential);
    } catch (error) {
      setOwn(error);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void enterBy({ token: token.trim() });
  };
  const people = mesh.data?.demo?.people ?? [];
  // Why nothing yet: which ways there are decides how high the card is.
  if (mesh.isPending) return <Skeleton height={WAYS_HEIGHT} lines={8} label={words.opening} />;
  return (
    <>
      {refusal === null ? null : <ProblemBox error={refusal} />}
      {mesh.data?.oidc ? (
        // Why a tab: the provider's page would take the place of this one, and of what was written in it.
        <Button
          component="a"
          href={loginHref()}
          fullWidth
          {...(isAbove ? { target: '_blank', rel: 'opener' } : {})}
        >
          {isAbove ? words.companyInTab : words.company}
        </Button>
      ) : null}
      {people.length > 0 ? (
        <section aria-labelledby="people">
          <h2 id="people">{words.demo}</h2>
          <ul className={classes['people']}>
            {people.map((person) => (
              <li key={person.id}>
                <button type="button" onClick={() => void enterBy({ demo: person.id })}>
                  <b>{person.name}</b>
                  <span className="caption">{person.roles.map(formatName).join(', ')}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      <form className={classes['form']} onSubmit={submit}>
        <TextInput
          label={words.token}
          description={words.tokenHelp}
          type="password"
          autoComplete="off"
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={token.trim() === ''}>
          {words.signIn}
        </Button>
      </form>
    </>
  );
}

function loginHref(): string {
  return `/auth/login?next=${encodeURIComponent(location.pathname + location.search)}`;
}
