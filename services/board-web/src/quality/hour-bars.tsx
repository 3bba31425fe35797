import { memo } from 'react';

const STEP = 3;
const HEIGHT = 20;

/** Messages in each of the last 24 hours, the present one darker; the highest hour is as high as the box. The total stands beside it. */
export const HourBars = memo(function HourBars({ perHour }: { perHour: readonly number[] }) {
  const most = Math.max(1, ...perHour);
  return (
    <svg className="hour-bars" width={perHour.length * STEP} height={HEIGHT} aria-hidden="true">
      <path d={`M0 ${HEIGHT - 0.5}H${perHour.length * STEP}`} />
      {perHour.map((n, i) => {
        const h = n === 0 ? 0 : Math.max(1.5, (n / most) * (HEIGHT - 1));
        return <rect key={i} x={i * STEP} y={HEIGHT - h} width={STEP - 1} height={h} />;
      })}
    </svg>
  );
});
