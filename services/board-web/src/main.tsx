import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App, NoSuchPage, PagePending } from './app/app.js';
import { applyAppearance } from './app/appearance.js';
import { history } from './app/navigation.js';
import { queryClient } from './app/query-client.js';
import { createAppRouter } from './app/routes.js';
import './styles.css';

applyAppearance(document.documentElement, location.search);
const router = createAppRouter({ around: App, pending: PagePending, unknown: NoSuchPage }, history);
const root = document.getElementById('app');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
}
