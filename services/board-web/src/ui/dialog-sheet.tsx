import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { DialogProps } from './dialog.js';
import { Icon } from './icon.js';
import { t } from '../texts/texts.js';

/** The open sheet; its code comes with the first one that is opened. */
export function DialogSheet({ title, onClose, children }: DialogProps) {
  return (
    <ModalOverlay className="sheet-veil" isOpen isDismissable onOpenChange={(open) => !open && onClose()}>
      <Modal className="sheet">
        <Dialog aria-label={title}>
          <header>
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            <button type="button" className="btn quiet" aria-label={t('ui.close')} onClick={onClose}>
              <Icon name="cross" />
            </button>
          </header>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
