/**
 * What the parties of an agreement said to each other.
 */
import { Button, Textarea } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { addComment, commentsQuery } from '../../api/agreements.ts';
import { PersonName } from '../../components/PersonName.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { TimeText } from '../../components/TimeText.tsx';
import { useSending } from '../../components/use-sending.ts';
import classes from './AgreementPage.module.css';
import { useKeptComment } from './kept-words.ts';
import { words } from './words.ts';

const LONGEST = 4000;

export function Comments({ id }: { id: string }) {
  const comments = useQuery(commentsQuery(id));
  const client = useQueryClient();
  const { value: text = '', put } = useKeptComment(id);
  const add = useSending({
    mutationFn: (said: string) => addComment(id, said),
    onSuccess: async () => {
      put(undefined);
      await client.invalidateQueries({ queryKey: ['agreement-comments', id] });
    },
  });
  if (comments.isPending) return null;
  if (comments.error !== null) return <ProblemBox error={comments.error} />;
  return (
    <section className={classes['thread']} aria-labelledby="talk">
      <h2 id="talk">{words.talk}</h2>
      {comments.data.items.length === 0 ? <p className="caption">{words.noTalk}</p> : null}
      {/* Why always: what comes into a region that was not there is not told. */}
      <div aria-live="polite">
        <ol className={classes['thread']}>
          {comments.data.items.map(({ comment, author, at, text: said }) => (
            <li key={comment}>
              <div className={classes['by']}>
                <b>
                  <PersonName id={author} hasId={false} />
                </b>
                <TimeText at={at} />
              </div>
              <p>{said}</p>
            </li>
          ))}
        </ol>
      </div>
      <form
        className={classes['say']}
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== '') add.mutate(text.trim());
        }}
      >
        <Textarea
          aria-label={words.say}
          placeholder={words.say}
          autosize
          minRows={2}
          maxLength={LONGEST}
          value={text}
          onChange={(event) => put(event.currentTarget.value)}
        />
        {add.error === null ? null : <ProblemBox error={add.error} />}
        <div>
          <Button
            type="submit"
            variant="default"
            loading={add.isPending}
            disabled={text.trim() === ''}
          >
            {words.sendComment}
          </Button>
        </div>
      </form>
    </section>
  );
}
