/** Where a message is sent in a block, this byte (VT) begins it and the other (FS) ends it: no message can hold either. */
export const START_BLOCK = 0x0b;
export const END_BLOCK = 0x1c;
