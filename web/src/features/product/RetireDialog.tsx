/**
 * Retires a product: says first what that does to whom, then asks for its name. Nothing takes it back.
 */
import { Button, Textarea, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, take } from '../../api/client.ts';
import { consumersQuery, meshGraphQuery } from '../../api/graph.ts';
import { Dialog } from '../../components/Dialog.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { useSending } from '../../components/use-sending.ts';
import classes from './RetireDialog.module.css';
import { retireWords as words } from './words.ts';

export function RetireDialog({ product, onClose }: { product: string; onClose: () => void }) {
  const [isCertain, setCertain] = useState(false);
  return (
    <Dialog title={words.title(product)} onClose={onClose}>
      {isCertain ? (
        <Confirm product={product} onClose={onClose} />
      ) : (
        <div className={classes['form']}>
          <Effects product={product} />
          <div className={classes['row']}>
            <Button variant="default" onClick={onClose} data-autofocus>
              {words.notNow}
            </Button>
            <Button onClick={() => setCertain(true)}>{words.goOn}</Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}

function Effects({ product }: { product: string }) {
  const consumers = useQuery(consumersQuery(product));
  const graph = useQuery(meshGraphQuery(product, 1));
  const referring = new Set(
    (graph.data?.edges ?? [])
      .filter(({ from, kind }) => from === product && kind !== 'agreement')
      .map(({ to }) => to),
  );
  return (
    <ul className={classes['effects']}>
      <li>{words.noMore}</li>
      <li>
        {consumers.data === undefined
          ? words.counting
          : words.readersKeep(consumers.data.consumers, consumers.data.agreements)}
      </li>
      {graph.data === undefined ? null : <li>{words.referrers([...referring])}</li>}
      <li>{words.hidden}</li>
      <li>{words.forGood}</li>
    </ul>
  );
}

function Confirm({ product, onClose }: { product: string; onClose: () => void }) {
  const [name, setName] = useState('');
  const [because, setBecause] = useState('');
  const retire = useRetire(product, onClose);
  return (
    <form
      className={classes['form']}
      onSubmit={(event) => {
        event.preventDefault();
        retire.mutate(because.trim());
      }}
    >
      <TextInput
        label={words.typeName}
        description={product}
        value={name}
        autoComplete="off"
        data-autofocus
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Textarea
        label={words.why}
        value={because}
        maxLength={4000}
        rows={2}
        onChange={(event) => setBecause(event.currentTarget.value)}
      />
      {retire.error === null ? null : <ProblemBox error={retire.error} />}
      <div className={classes['row']}>
        <Button variant="default" onClick={onClose}>
          {words.notNow}
        </Button>
        <Button type="submit" disabled={name.trim() !== product} loading={retire.isPending}>
          {words.retire(product)}
        </Button>
      </div>
    </form>
  );
}

function useRetire(product: string, onDone: () => void) {
  const client = useQueryClient();
  return useSending({
    mutationFn: (because: string) =>
      take(
        api.POST('/api/v1/products/{product}/retire', {
          params: { path: { product } },
          body: { because: because === '' ? null : because },
        }),
      ),
    onSuccess: async () => {
      onDone();
      await client.invalidateQueries({
        predicate: ({ queryKey }) => ['search', 'product'].includes(String(queryKey[0])),
      });
    },
  });
}
