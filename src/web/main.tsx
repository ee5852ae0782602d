/** Starts the console in the page. */
import { render } from 'preact';
import './styles/tokens.css';
import './styles/base.css';
import './styles/forms.css';
import './styles/frame.css';
import './styles/table.css';
import './styles/parts.css';
import './styles/board.css';
import './styles/trace.css';
import './styles/logs.css';
import './styles/map.css';
import './styles/plot.css';
import './styles/acting.css';
import './styles/alerts.css';
import './styles/rehearsals.css';
import './styles/prose.css';
import './styles/narrow.css';
import './styles/operations-narrow.css';
import { App } from './app.tsx';
import { startLive } from './live.ts';
import { followLinks } from './location.ts';
import { applyTheme, storedTheme } from './theme.ts';

applyTheme(storedTheme());
followLinks();
startLive();
const root = document.getElementById('console');
if (root) render(<App />, root);
