/** The topic on which departments publish. Its records may have any key; their order does not matter to what they state. */
export const INBOUND_TOPIC = 'wardstream.inbound.movements.v1';
