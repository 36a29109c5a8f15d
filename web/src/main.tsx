/**
 * Where the app begins.
 */
import './styles/tokens.css';
import './styles/base.css';
import 'virtual:mantine-variables.css';
import './styles/mantine.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<App />);
