/** Where a value comes, as wide as it will be about; nothing for screen readers, and nothing to read at all. */
export function Bone({ letters }: { letters: number }) {
  return (
    <span className="bone" aria-hidden="true">
      {'0'.repeat(letters)}
    </span>
  );
}
