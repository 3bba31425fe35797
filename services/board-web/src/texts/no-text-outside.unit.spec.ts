import { globSync, readFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

const src = dirname(dirname(fileURLToPath(import.meta.url)));

/** Attributes that a person reads or hears. */
const readable = /^(aria-label|aria-description|alt|title|placeholder|label|what|then|note|text|summary|caption)$/;
const hasWord = (text: string) => /\p{L}{2,}/u.test(text);

/**
 * Texts that stand in a page instead of in the catalogue: whatever is written between tags, in an attribute that is read, or as a value
 * that is put between tags. Names of things that are the same in every language are let through.
 */
function textsOutside(fileName: string, source: string): string[] {
  const file = ts.createSourceFile(fileName, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const note = (node: ts.Node, text: string): void => {
    if (!hasWord(text) || same.test(text.trim())) return;
    const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
    found.push(`${fileName}:${line + 1} ${text.replace(/\s+/g, ' ').trim()}`);
  };
  /** The strings an expression can come to: through conditions and fallbacks, not into what is called with them. */
  const valuesOf = (node: ts.Expression): void => {
    if (ts.isStringLiteralLike(node)) note(node, node.text);
    else if (ts.isTemplateExpression(node)) {
      note(node, [node.head.text, ...node.templateSpans.map((span) => span.literal.text)].join(' '));
      for (const span of node.templateSpans) valuesOf(span.expression);
    } else if (ts.isConditionalExpression(node)) {
      valuesOf(node.whenTrue);
      valuesOf(node.whenFalse);
    } else if (ts.isParenthesizedExpression(node)) valuesOf(node.expression);
    else if (ts.isBinaryExpression(node)) {
      const { kind } = node.operatorToken;
      if (
        kind === ts.SyntaxKind.PlusToken ||
        kind === ts.SyntaxKind.QuestionQuestionToken ||
        kind === ts.SyntaxKind.BarBarToken
      )
        valuesOf(node.left);
      if (kind !== ts.SyntaxKind.EqualsEqualsEqualsToken && kind !== ts.SyntaxKind.ExclamationEqualsEqualsToken)
        valuesOf(node.right);
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node)) note(node, node.text);
    // A `name` is mostly one of ours (of a glyph, of a field); one for people begins with a capital.
    else if (ts.isJsxAttribute(node) && /\bname="\p{Lu}/u.test(node.getText(file))) note(node, node.getText(file));
    else if (ts.isJsxAttribute(node) && readable.test(node.name.getText(file))) {
      const { initializer } = node;
      if (initializer !== undefined && ts.isStringLiteral(initializer)) note(initializer, initializer.text);
      if (initializer !== undefined && ts.isJsxExpression(initializer) && initializer.expression !== undefined)
        valuesOf(initializer.expression);
    } else if (ts.isJsxExpression(node) && node.expression !== undefined && !ts.isJsxAttribute(node.parent)) {
      valuesOf(node.expression);
    } else if (ts.isPropertyAssignment(node) && readable.test(node.name.getText(file))) valuesOf(node.initializer);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Names and units that are the same in every language, commands to type, and keys of the keyboard. */
const same = /^(Wardstream|min|h|d|m|s|kB|Demo|Esc|Enter|npm run .*|ED|OP)$/;

describe('texts of the page', () => {
  it('are found wherever they stand outside of the catalogue', () => {
    const fixture = [
      '<p>Nobody waits</p>',
      '<p title="Why">{count > 0 ? `${count} beds` : "none yet"}</p>',
      "<Empty what='No bed' />",
      "<b>{name ?? 'no name'}</b>",
      'const stop = { title: "Units" }',
      "<i className='dim'>{t('house.units')}</i>",
      "<i>{state === 'open' && <b>{4} %</b>}</i>",
    ];
    expect(fixture.map((line) => textsOutside('fixture.tsx', line).length)).toEqual([1, 3, 1, 1, 1, 0, 0]);
  });

  it('stand in the catalogue, none of them in a page', () => {
    const files = globSync('**/*.{ts,tsx}', { cwd: src })
      .map((path) => `${src}/${path}`)
      .filter((path) => !/\.spec\.ts$|\/texts\/|\/sign-in\//.test(path));
    expect(files.length).toBeGreaterThan(80);
    const outside = files.flatMap((path) => textsOutside(relative(src, path), readFileSync(path, 'utf8')));
    expect(outside).toEqual([]);
  });

  it('come with their page, where they are of one page: who says one imports its part', () => {
    const lazy = globSync('parts/*.ts', { cwd: `${src}/texts` }).map((path) =>
      path.slice('parts/'.length, -'.ts'.length),
    );
    expect(lazy).toContain('quality');
    const wrong = globSync('**/*.{ts,tsx}', { cwd: src })
      .filter((path) => !path.includes('.spec.') && !path.startsWith('texts/'))
      .flatMap((path) => {
        const source = readFileSync(`${src}/${path}`, 'utf8');
        return lazy
          .filter((part) => source.includes(`t('${part}.`) && !source.includes(`texts/parts/${part}.js'`))
          .map((part) => `${path} says texts of ${part}`);
      });
    expect(wrong).toEqual([]);
  });
});
