/**
 * Code as it stands, in an area that scrolls and is reached by keyboard.
 */
import { ScrollArea } from './ScrollArea.tsx';
export function Code({ text, label }: { text: string; label: string }) {
  return (
    <ScrollArea className={undefined} label={label}>
      <pre>{text}</pre>
    </ScrollArea>
  );
}
