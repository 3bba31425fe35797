/** An event as a department would publish it on 1 March 2026; recorded half a minute after it happened. */
export function departmentEvent(
  id: string,
  type: string,
  data: Record<string, unknown>,
  time = '10:00',
): Record<'specversion' | 'id' | 'source' | 'type' | 'time', string> & { data: Record<string, unknown> } {
  return {
    specversion: '1.0',
    id,
    source: 'ED-EVENTS',
    type,
    time: `2026-03-01T${time}:30Z`,
    data: { facility: 'NGH', at: `2026-03-01T${time}:00Z`, ...data },
  };
}
