/**
 * Gives what is kept another name: a search is kept under what it asks for, which nobody would call it.
 */
import { Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, take } from '../../api/client.ts';
import { Dialog } from '../../components/Dialog.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { useSending } from '../../components/use-sending.ts';
import classes from './SavedPage.module.css';
import { type Saved, words } from './words.ts';

/** As the mesh takes them. */
const NAME_MAX = 200;

export function RenameDialog({ item, onClose }: { item: Saved; onClose: () => void }) {
  const [name, setName] = useState(item.name);
  const queries = useQueryClient();
  const given = name.trim();
  const { length } = [...given];
  const isTooLong = length > NAME_MAX;
  const sending = useSending({
    mutationFn: () =>
      take(
        api.PATCH('/api/v1/saved/{saved}', {
          params: { path: { saved: item.saved }, header: { 'if-match': `"v${item.version}"` } },
          body: { name: given },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['saved'] });
      onClose();
    },
  });
  return (
    <Dialog title={words.renameTitle} onClose={onClose}>
      <form
        className={classes['form']}
        onSubmit={(event) => {
          event.preventDefault();
          if (length > 0 && !isTooLong) sending.mutate();
        }}
      >
        <TextInput
          label={words.name}
          value={name}
          required
          error={isTooLong ? words.nameTooLong(length, NAME_MAX) : null}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {sending.error === null ? null : <ProblemBox error={sending.error} />}
        <Button type="submit" disabled={length === 0 || isTooLong || sending.isPending}>
          {words.renameNow}
        </Button>
      </form>
    </Dialog>
  );
}
