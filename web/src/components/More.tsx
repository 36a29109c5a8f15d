/**
 * The button that asks for the next page of a list; nothing where there is none.
 */
import { Button } from '@mantine/core';
import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';

export interface MoreProps {
  answer: Pick<UseInfiniteQueryResult, 'hasNextPage' | 'isFetchingNextPage'> & {
    fetchNextPage(): Promise<unknown>;
  };
  className?: string | undefined;
  children: ReactNode;
}

export function More({ answer, className, children }: MoreProps) {
  if (!answer.hasNextPage) return null;
  return (
    <div className={className}>
      <Button
        variant="default"
        loading={answer.isFetchingNextPage}
        onClick={() => void answer.fetchNextPage()}
      >
        {children}
      </Button>
    </div>
  );
}
