/**
 * Has the page itself kept for a reload without network, with every file that it has read. Does nothing where a browser gives no worker,
 * which is so where the page came unencrypted from another machine: then it does not open without network, and everything else works.
 */
export async function keepPage(): Promise<void> {
  const workers = (navigator as Partial<Pick<Navigator, 'serviceWorker'>>).serviceWorker;
  if (workers === undefined) return;
  // What a person may open only later belongs to the page as well.
  await import('../ui/menu-list.js');
  const { installing, waiting, active } = await workers.register('/ward-worker.js', { scope: '/ward' });
  (active ?? waiting ?? installing)?.postMessage(filesOfPage());
}

/** Paths of the build's files that this page has read: what it was begun with, what was loaded since, and what those name. */
function filesOfPage(): string[] {
  const named = [...document.querySelectorAll<HTMLElement>('script[src], link[href]')].map(
    (element) => element.getAttribute('src') ?? element.getAttribute('href') ?? '',
  );
  const read = performance.getEntriesByType('resource').map(({ name }) => name);
  const paths = [...named, ...read, import.meta.url]
    .map((address) => new URL(address, location.origin))
    .filter(({ origin, pathname }) => origin === location.origin && /^\/assets\/|^\/icon\.svg$/.test(pathname))
    .map(({ pathname }) => pathname);
  return [...new Set(paths)];
}
