import { memo } from 'react';
import { sparkShape } from './spark.js';

const WIDTH = 56;
const HEIGHT = 24;

/** The last 24 hours; the dashed line is the unit's act-at rate, the dot is now. The rate stands beside it as a number. */
export const SparkLine = memo(function SparkLine({
  trend,
  actAt,
}: {
  trend: readonly (number | null)[];
  actAt: number | null;
}) {
  const shape = sparkShape(trend, actAt, WIDTH, HEIGHT);
  return (
    <svg className="spark" width={WIDTH} height={HEIGHT} aria-hidden="true">
      {shape.actAtY !== null && <line x1="0" x2={WIDTH} y1={shape.actAtY} y2={shape.actAtY} />}
      {shape.lines.map((points) => (
        <polyline key={points} points={points} />
      ))}
      {shape.dot !== null && <circle cx={shape.dot.x} cy={shape.dot.y} r="2" />}
    </svg>
  );
});
