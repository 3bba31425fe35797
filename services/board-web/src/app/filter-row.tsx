import { useEffect, useState } from 'react';
import { setParameters, useParameter } from './navigation.js';

/** A filter that stands in the address; typed text counts a moment after the last key. */
export function FilterText({ name, label }: { name: string; label: string }) {
  const value = useParameter(name) ?? '';
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => setParameters({ [name]: text.trim() === '' ? null : text.trim() }), 300);
    return () => clearTimeout(timer);
  }, [text, value, name]);
  return (
    <label className="field">
      {label}
      <input value={text} maxLength={100} onChange={(event) => setText(event.target.value)} />
    </label>
  );
}

export function FilterChoice({
  name,
  label,
  all,
  choices,
}: {
  name: string;
  label: string;
  /** What it is called where nothing is chosen. */
  all: string;
  choices: readonly (readonly [string, string])[];
}) {
  const value = useParameter(name) ?? '';
  return (
    <label className="field">
      {label}
      <select
        value={value}
        onChange={(event) => setParameters({ [name]: event.target.value === '' ? null : event.target.value })}
      >
        <option value="">{all}</option>
        {choices.map(([id, word]) => (
          <option key={id} value={id}>
            {word}
          </option>
        ))}
      </select>
    </label>
  );
}
