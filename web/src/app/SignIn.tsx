/**
 * The page of whoever is not signed in: by the company's provider, by a key, or on an example mesh as one of its people.
 */
import { Button, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { meshQuery } from '../api/queries.ts';
import { ProblemBox } from '../components/ProblemBox.tsx';
import { formatName } from '../lib/format.ts';
import { Mark } from './Mark.tsx';
import classes from './SignIn.module.css';
import { type Credential, openSession } from './sign-in.ts';

export function SignIn({ failure }: { failure: unknown }) {
  const queries = useQueryClient();
  const mesh = useQuery(meshQuery);
  const [refusal, setRefusal] = useState<unknown>(failure);
  const [token, setToken] = useState('');
  const enter = async (credential: Credential) => {
    try {
      await openSession(credential);
      await queries.invalidateQueries();
    } catch (error) {
      setRefusal(error);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void enter({ token: token.trim() });
  };
  const people = mesh.data?.demo?.people ?? [];
  return (
    <main className={classes['page']}>
      <div className={classes['card']}>
        <h1 className={classes['title']}>
          <Mark size={30} /> Weft
        </h1>
        <p className={classes['lead']}>
          The warp is what the contract promises. The weft is what was measured.
        </p>
        {refusal === null ? null : <ProblemBox error={refusal} />}
        {mesh.data?.oidc ? (
          <Button component="a" href={loginHref()} fullWidth>
            Sign in with your company account
          </Button>
        ) : null}
        {people.length > 0 ? (
          <section aria-labelledby="people">
            <h2 id="people">Look around as one of the example's people</h2>
            <ul className={classes['people']}>
              {people.map((person) => (
                <li key={person.id}>
                  <button type="button" onClick={() => void enter({ demo: person.id })}>
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
            label="Token or API key"
            description="weft open prints a link that signs you in without typing."
            type="password"
            autoComplete="off"
            value={token}
            onChange={(event) => setToken(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" disabled={token.trim() === ''}>
            Sign in
          </Button>
        </form>
      </div>
    </main>
  );
}

function loginHref(): string {
  return `/auth/login?next=${encodeURIComponent(location.pathname + location.search)}`;
}
