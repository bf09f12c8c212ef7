import ts from 'typescript';

/** A member of a public interface of options, as its declaration and its docstring have it. */
export interface OptionEntry {
  readonly name: string;
  readonly type: string;
  /** As the docstring's `@default` says it; null for an option that must be given. */
  readonly defaultText: string | null;
  /** In words; empty for what is no quantity. */
  readonly unit: string;
  readonly variables: readonly string[];
  readonly text: string;
}

/** The option's name tells its unit; one that does not has a tag `@unit`. */
const UNITS: readonly (readonly [suffix: string, unit: string])[] = [
  ['Millis', 'milliseconds'],
  ['Bytes', 'bytes'],
  ['SizeMb', 'MiB'],
];

const ENVIRONMENT = /\s*Environment: (`[A-Z_]+`(?:, `[A-Z_]+`)*)\./;

/**
 * The options of an interface, in the order of its declaration, without those that it takes from another.
 *
 * @throws {Error} when there is no such interface, or an option's docstring lacks what the page needs.
 */
export function readOptions(fileName: string, source: string, interfaceName: string): OptionEntry[] {
  const file = ts.createSourceFile(fileName, source, ts.ScriptTarget.Latest, true);
  const declaration = file.statements.find(
    (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === interfaceName,
  ) as ts.InterfaceDeclaration | undefined;
  if (declaration === undefined) throw new Error(`${fileName}: expected an interface ${interfaceName}`);
  return declaration.members.filter(ts.isPropertySignature).map((member) => readOption(file, interfaceName, member));
}

function readOption(file: ts.SourceFile, interfaceName: string, member: ts.PropertySignature): OptionEntry {
  const name = member.name.getText(file);
  const place = `${file.fileName}: ${interfaceName}.${name}`;
  const docstring = readDocstring(member);
  const environment = ENVIRONMENT.exec(docstring);
  const text = docstring.replace(ENVIRONMENT, '').trim();
  const type = member.type?.getText(file).replace(/\s+/g, ' ').replace(/^\| /, '') ?? 'unknown';
  const isOptional = member.questionToken !== undefined;
  const defaultText = readTag(member, 'default');
  if (text === '') throw new Error(`${place}: expected a docstring`);
  if (isOptional && defaultText === undefined) throw new Error(`${place}: expected @default in its docstring`);
  const unit = UNITS.find(([suffix]) => name.endsWith(suffix))?.[1] ?? readTag(member, 'unit');
  if (type === 'number' && unit === undefined) {
    throw new Error(`${place}: expected its unit, at the end of its name or as @unit in its docstring`);
  }
  return {
    name,
    type,
    defaultText: isOptional ? (defaultText ?? '') : null,
    unit: unit ?? '',
    variables: environment?.[1]?.match(/[A-Z_]+/g) ?? [],
    text,
  };
}

function readDocstring(member: ts.PropertySignature): string {
  const [comment] = ts.getJSDocCommentsAndTags(member);
  return comment === undefined || !ts.isJSDoc(comment) ? '' : toLine(comment.comment);
}

function readTag(member: ts.PropertySignature, name: string): string | undefined {
  const tag = ts.getJSDocTags(member).find(({ tagName }) => tagName.text === name);
  return tag === undefined ? undefined : toLine(tag.comment);
}

function toLine(comment: string | ts.NodeArray<ts.JSDocComment> | undefined): string {
  const text = typeof comment === 'string' ? comment : (comment ?? []).map(toText).join('');
  return text.replace(/\s+/g, ' ').trim();
}

/** `{@link Name}` has the name in a node of its own. */
function toText(node: ts.JSDocComment): string {
  return ts.isJSDocLink(node) ? `\`${node.name?.getText() ?? ''}${node.text}\`` : (node.text ?? '');
}
