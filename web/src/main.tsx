/**
 * Where the app begins. In development `/dev/parts` is the page of parts; a build knows nothing of it.
 */
import './styles/tokens.css';
import './styles/base.css';
import 'virtual:mantine-variables.css';
import './styles/mantine.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';

// Why: a page that the browser kept would show on Back what its reader signed out of.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) location.reload();
});

const root = document.getElementById('root');
if (root !== null) {
  if (import.meta.env.DEV && location.pathname === '/dev/parts')
    void import('./app/dev-parts.tsx').then(({ showParts }) => showParts(root));
  else createRoot(root).render(<App />);
}
