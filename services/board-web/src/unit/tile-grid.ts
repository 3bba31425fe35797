export interface TileBox {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type Arrow = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

export const isArrow = (key: string): key is Arrow => /^Arrow(Left|Right|Up|Down)$/.test(key);

/**
 * The tile an arrow key leads to: left and right follow reading order, up and down the nearest tile of the next row of
 * tiles on the screen. The tile itself where there is none further.
 */
export function tileBeside(boxes: readonly TileBox[], id: string, arrow: Arrow): string {
  const at = boxes.findIndex((b) => b.id === id);
  const here = boxes[at];
  if (here === undefined) return boxes[0]?.id ?? id;
  if (arrow === 'ArrowLeft' || arrow === 'ArrowRight') {
    return boxes[at + (arrow === 'ArrowRight' ? 1 : -1)]?.id ?? id;
  }
  const down = arrow === 'ArrowDown';
  const middle = here.x + here.width / 2;
  const beyond = boxes.filter((b) => (down ? b.y >= here.y + here.height : b.y + b.height <= here.y));
  const distance = (b: TileBox): number => (down ? b.y - here.y : here.y - b.y);
  const nearest = Math.min(...beyond.map(distance));
  return (
    beyond
      .filter((b) => distance(b) <= nearest + here.height / 2)
      .reduce<TileBox | null>((best, b) => {
        const off = (box: TileBox): number => Math.abs(box.x + box.width / 2 - middle);
        return best === null || off(b) < off(best) ? b : best;
      }, null)?.id ?? id
  );
}
