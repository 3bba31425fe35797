import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.js';
import { applyAppearance } from './app/appearance.js';
import { listenForKeys } from './app/shortcuts.js';
import './styles.css';

applyAppearance(document.documentElement, location.search);
listenForKeys();
const root = document.getElementById('app');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
