// What a project is made of follows from what it imports: the dependencies in its package.json, the references in its tsconfig.json, the list
// of projects in tsconfig.json at the root, and the workspaces' entries in package-lock.json.
import { existsSync, lstatSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import ts from 'typescript';

const root = fileURLToPath(new URL('../../', import.meta.url));
const scope = '@wardstream/';
const read = (/** @type {string} */ path) => readFileSync(`${root}${path}`, 'utf8');

/** @typedef {{folder: string, package: Record<string, any>, tsconfig: Record<string, any> | undefined}} Project */

/** @returns {Project[]} */
function projects() {
  const { workspaces } = JSON.parse(read('package.json'));
  const folders = workspaces.flatMap((/** @type {string} */ workspace) => {
    if (!workspace.endsWith('/*')) return [workspace];
    const parent = workspace.slice(0, -2);
    return readdirSync(`${root}${parent}`).map((name) => `${parent}/${name}`);
  });
  return folders
    .filter((/** @type {string} */ folder) => existsSync(`${root}${folder}/package.json`))
    .sort()
    .map((/** @type {string} */ folder) => ({
      folder,
      package: JSON.parse(read(`${folder}/package.json`)),
      tsconfig: existsSync(`${root}${folder}/tsconfig.json`) ? JSON.parse(read(`${folder}/tsconfig.json`)) : undefined,
    }));
}

/** Packages of ours that the code of a project imports; what only tests import is there for every test. @param {Project} project */
function imported({ folder, package: own, tsconfig }) {
  const { fileNames } = ts.parseJsonConfigFileContent(structuredClone(tsconfig ?? {}), ts.sys, `${root}${folder}`);
  const files = fileNames.filter((file) => !/\.spec\.tsx?$/.test(file));
  const names = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(@wardstream\/[a-z0-9-]+)/g)].map(
      ([, name]) => name,
    ),
  );
  return [...new Set(names)].filter((name) => name !== own['name']).sort();
}

/** The order in which they stand stays; what is new comes last. @param {string[]} names @param {Record<string, string>} former */
function dependencies(names, former) {
  const kept = Object.entries(former).filter(([name]) => !name.startsWith(scope) || names.includes(name));
  const added = names.filter((name) => former[name] === undefined).map((name) => [name, '*']);
  return Object.fromEntries([...kept, ...added]);
}

/** Only these can be built by reference. @param {Project} project */
const isBuilt = ({ tsconfig }) => tsconfig?.['extends'] !== undefined;

/** Every file that says what depends on what, by its path, as it should be. */
export async function referenceFiles() {
  const all = projects();
  const files = new Map();
  const put = async (/** @type {string} */ path, /** @type {object} */ content) =>
    files.set(path, await formatted(path, content));
  for (const project of all.filter(({ folder }) => existsSync(`${root}${folder}/src`))) {
    const own = project.package;
    const names = imported(project);
    const unknown = names.filter((name) => !all.some((other) => other.package['name'] === name));
    if (unknown.length > 0)
      throw new Error(`${project.folder} imports ${unknown.join(', ')}, which is no project here`);
    own['dependencies'] = dependencies(names, own['dependencies'] ?? {});
    if (Object.keys(own['dependencies']).length === 0) delete own['dependencies'];
    await put(`${project.folder}/package.json`, own);
    if (project.tsconfig === undefined) continue;
    const references = Object.keys(own['dependencies'] ?? {})
      .map((name) => all.find((other) => other.package['name'] === name))
      .flatMap((other) => (other !== undefined && isBuilt(other) ? [{ path: `../../${other.folder}` }] : []));
    const { references: _former, ...rest } = project.tsconfig;
    await put(`${project.folder}/tsconfig.json`, references.length === 0 ? rest : { ...rest, references });
  }
  const built = all.filter(isBuilt).map(({ folder }) => ({ path: `./${folder}` }));
  await put('tsconfig.json', { ...JSON.parse(read('tsconfig.json')), references: built });
  files.set('package-lock.json', locked(all));
  return files;
}

/** As `npm run format` would leave it. @param {string} path @param {object} content */
function formatted(path, content) {
  const options = JSON.parse(read('.prettierrc.json'));
  return format(JSON.stringify(content, null, 2), { ...options, filepath: `${root}${path}` });
}

/** As npm would write the workspaces' own entries; those of what comes from a registry are npm's alone. @param {Project[]} all */
function locked(all) {
  const lock = JSON.parse(read('package-lock.json'));
  for (const { folder, package: own } of all) {
    const { name, version, license } = own;
    const former = lock.packages[folder] ?? { name, version, license };
    const { dependencies: _former, ...rest } = former;
    const sorted = Object.entries(own['dependencies'] ?? {}).sort(([a], [b]) => a.localeCompare(b, 'en'));
    lock.packages[folder] = sorted.length === 0 ? rest : { ...rest, dependencies: Object.fromEntries(sorted) };
    lock.packages[`node_modules/${name}`] = { resolved: folder, link: true };
  }
  const gone = Object.entries(lock.packages).filter(([path, entry]) => {
    const folder = /** @type {any} */ (entry).link === true ? /** @type {any} */ (entry).resolved : path;
    return /^(?!node_modules\/)./.test(folder) && !all.some((project) => project.folder === folder);
  });
  for (const [path] of gone) delete lock.packages[path];
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
  return `${JSON.stringify(lock, null, 2)}\n`;
}

/** A project that npm has not linked yet can be imported at once. */
function link() {
  for (const { folder, package: own } of projects()) {
    const path = `${root}node_modules/${own['name']}`;
    if (!lstatSync(path, { throwIfNoEntry: false })) symlinkSync(`../../${folder}`, path, 'junction');
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  link();
  for (const [path, text] of await referenceFiles()) if (read(path) !== text) writeFileSync(`${root}${path}`, text);
}
