/** Owns asking an API server about one policy: a dry-run create of its very bytes, with strict field validation. */
import type { ControlPlane } from '../control-plane.ts';

export interface TheirVerdict {
  readonly accepted: boolean;
  /** The paths the server names; none when it accepts, or names none. */
  readonly fields: readonly string[];
  readonly message: string;
  readonly warnings: readonly string[];
}

const PATH =
  '/apis/networking.k8s.io/v1/namespaces/default/networkpolicies?dryRun=All&fieldValidation=Strict';

interface Status {
  readonly message?: string;
  readonly details?: { readonly causes?: readonly { readonly field?: string }[] };
}

export async function theirVerdict(server: ControlPlane, text: string): Promise<TheirVerdict> {
  const { status, body, warnings } = await server.call(PATH, {
    method: 'POST',
    contentType: 'application/yaml',
    body: text,
  });
  if (status === 201) return { accepted: true, fields: [], message: '', warnings };
  if (status !== 400 && status !== 422 && status !== 500)
    throw new Error(`the server answered ${status}: ${JSON.stringify(body)}\n${text}`);
  const { message = '', details } = body as Status;
  const causes = (details?.causes ?? []).map(({ field }) => field).filter((field) => field !== undefined);
  return { accepted: false, fields: [...new Set([...causes, ...decodingPaths(message)])], message, warnings };
}

/** The fields that a decoding error names: `unknown field "spec.foo"`, `duplicate field "spec.podSelector"`. */
function decodingPaths(message: string): string[] {
  const strict = message.matchAll(/(?:unknown|duplicate) field "([^"]+)"/g);
  const types = message.matchAll(/into Go struct field [A-Za-z]+\.([A-Za-z.]+) of type/g);
  return [...strict, ...types].map(([, path]) => path as string);
}
