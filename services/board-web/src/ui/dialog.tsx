import { lazy, type ReactNode, Suspense } from 'react';

const DialogSheet = lazy(() => import('./dialog-sheet.js').then(({ DialogSheet }) => ({ default: DialogSheet })));

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A sheet over the page: only ever opened by a person; Escape or a press beside it closes it and gives the focus back. */
export function Dialog({ open, ...rest }: DialogProps & { readonly open: boolean }) {
  return open ? (
    <Suspense>
      <DialogSheet {...rest} />
    </Suspense>
  ) : null;
}
