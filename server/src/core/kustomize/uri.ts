/**
 * Owns how the paths in kustomizations lead from one URI to another. Whether there is anything at a URI is not its business.
 */

/** The folder of a URI, with its slash at the end. */
export function folderOf(uri: string): string {
  return uri.slice(0, uri.lastIndexOf('/') + 1);
}

/** Whether an entry of `resources` leads to another machine, as far as its form tells. */
export function isRemote(entry: string): boolean {
  return /^[a-z][a-z0-9+.-]*:|^[^/]*@[^/]*:|^(?:github|gitlab|bitbucket)\.[a-z]+\/|[?&](?:ref|version)=/i.test(
    entry,
  );
}

/** The URI at a path relative to the folder at `folder`; null when it leads above everything. */
export function resolve(folder: string, path: string): string | null {
  if (path === '' || path.startsWith('/')) return null;
  const start = folder.indexOf('//') + 2;
  const steps = folder.slice(start).split('/').slice(0, -1);
  for (const step of path.split('/')) {
    if (step === '..') {
      if (steps.length <= 1) return null;
      steps.pop();
    } else if (step !== '.' && step !== '') {
      const name = escaped(step);
      if (name === null) return null;
      steps.push(name);
    }
  }
  return `${folder.slice(0, start)}${steps.join('/')}`;
}

/** As URIs of files are spelt here; null for what is no text. */
function escaped(step: string): string | null {
  try {
    return encodeURI(step).replace(/[?#~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  } catch {
    return null;
  }
}

/** The last two names of a URI, for people: `overlays/prod/kustomization.yaml` is `prod/kustomization.yaml`. */
export function nameOf(uri: string): string {
  const names = uri.split('/').filter((name) => name !== '');
  const shown = names.slice(-2).join('/');
  try {
    return decodeURIComponent(shown);
  } catch {
    return shown;
  }
}
