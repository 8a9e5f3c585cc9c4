/** The last steps of a build: the service worker with the list of this version's files, and brotli beside every file. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build, type Plugin, type Rolldown } from 'vite';

/** Whose screens a folder holds; what stands in neither needs the network anyway. */
const PATIENT = /\/src\/(today|responses|progress|care|journal|account|help|offline)\//;
const STAFF = /\/src\/(patients|sessions|alerts|account|people|offline)\/(?!Invite)/;
/** Works without a network from the first visit on, for anybody. */
const CORE = /\/src\/(help\/Help|components\/Clock)/;
const COMPRESSIBLE = /\.(html|js|css|svg|webmanifest|json|txt)$/;

interface Files {
  core: string[];
  patient: string[];
  staff: string[];
}

/** What Vite notes of a chunk: its style sheets, and the pictures that they name. */
interface Styled {
  importedCss?: Set<string>;
  importedAssets?: Set<string>;
}

/** The files that a screen needs: itself, what it imports, and what it may still load. */
function closure(
  bundle: Rolldown.OutputBundle,
  from: string,
  known: Set<string>,
  entry: string,
): void {
  const chunk = bundle[from];
  if (!chunk || known.has(from)) return;
  known.add(from);
  if (chunk.type !== 'chunk') return;
  const { viteMetadata } = chunk as { viteMetadata?: Styled };
  for (const file of viteMetadata?.importedCss ?? []) known.add(file);
  for (const file of viteMetadata?.importedAssets ?? []) known.add(file);
  // The entry may load every screen there is.
  const later = from === entry ? [] : chunk.dynamicImports;
  for (const file of [...chunk.imports, ...later]) closure(bundle, file, known, entry);
}

function group(bundle: Rolldown.OutputBundle): Files {
  const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
  // The one group of vite.config.ts: what index.html starts with.
  const isFirst = (chunk: Rolldown.OutputChunk) => chunk.isEntry || chunk.name === 'app';
  const entry = chunks.find(isFirst)!.fileName;
  const reach = (which: RegExp | null) => {
    const known = new Set<string>();
    for (const chunk of chunks) {
      const from = chunk.facadeModuleId ?? '';
      if (which ? which.test(from) : isFirst(chunk)) closure(bundle, chunk.fileName, known, entry);
    }
    return known;
  };
  const core = new Set([...reach(null), ...reach(CORE)]);
  for (const name of Object.keys(bundle)) if (name.endsWith('.woff2')) core.add(name);
  const others = (which: RegExp) => [...reach(which)].filter((file) => !core.has(file));
  const addresses = (files: Iterable<string>) => [...files].map((file) => `/${file}`).sort();
  return {
    core: ['/', '/manifest.webmanifest', '/icon.svg', ...addresses(core)],
    patient: addresses(others(PATIENT)),
    staff: addresses(others(STAFF)),
  };
}

/** '/patients/:id' as a regular expression. */
function patterns(source: string): string[] {
  const found = [...source.matchAll(/(?:lazy|now)\(\s*'(\/[^']*)'/g)].map((match) => match[1]!);
  return found.map((path) => `^${path.replace(/:[a-z]+/g, '[^/]+')}/?$`.replace('^//?$', '^/$'));
}

async function worker(name: string, outDir: string, define: Record<string, string>): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    define,
    build: {
      outDir,
      emptyOutDir: false,
      target: 'es2023',
      copyPublicDir: false,
      rolldownOptions: {
        input: join(import.meta.dirname, `../src/${name}.ts`),
        output: { entryFileNames: `${name}.js`, format: 'iife' },
      },
    },
  });
}

function* walk(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else yield path;
  }
}

export function shell(): Plugin {
  let outDir = '';
  let files: Files | null = null;
  return {
    name: 'yarrow-shell',
    apply: 'build',
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir);
    },
    writeBundle(_, bundle) {
      files = group(bundle);
    },
    async closeBundle() {
      if (!files) return;
      const root = join(import.meta.dirname, '..');
      const routes = patterns(readFileSync(join(root, 'src/routes.ts'), 'utf8'));
      const version = createHash('sha256')
        .update(readFileSync(join(outDir, 'index.html')))
        .update(JSON.stringify([files, routes]))
        .digest('hex')
        .slice(0, 12);
      await worker('sw', outDir, { SHELL: JSON.stringify({ version, ...files, routes }) });
      await worker('sw-off', outDir, {});
      for (const path of walk(outDir)) {
        if (!COMPRESSIBLE.test(path)) continue;
        const plain = readFileSync(path);
        const small = brotliCompressSync(plain, {
          params: {
            [constants.BROTLI_PARAM_QUALITY]: 11,
            [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
          },
        });
        writeFileSync(`${path}.br`, small);
      }
    },
  };
}
