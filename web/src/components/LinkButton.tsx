/**
 * A link that looks like a button: what leads elsewhere stays a link, so that it can be opened beside.
 */
import { Button, type ButtonProps } from '@mantine/core';
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';

export interface LinkButtonProps extends Pick<ButtonProps, 'variant' | 'leftSection'> {
  link: LinkProps;
  children: ReactNode;
}

export function LinkButton({ link, children, ...button }: LinkButtonProps) {
  return (
    <Button {...button} renderRoot={(props) => <Link {...link} {...props} />}>
      {children}
    </Button>
  );
}
