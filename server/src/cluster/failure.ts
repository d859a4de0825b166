/**
 * Owns what can go wrong between a context and its API server, said so that a person can do something about it. No message holds
 * anything of a credential: neither what a program that signs in has printed, nor what is in the kubeconfig beyond names.
 */

/**
 * `kubeconfig`: it does not lead to a cluster. `plugin`: the program that signs in was not run, or failed. `gone`: the server no
 * longer knows the version that was asked for. `absent`: the server has nothing at that path.
 */
export type FailureKind =
  | 'kubeconfig'
  | 'plugin'
  | 'unreachable'
  | 'certificate'
  | 'unauthorized'
  | 'forbidden'
  | 'gone'
  | 'absent'
  | 'server';

export class Failure extends Error {
  readonly kind: FailureKind;
  /** Whether it may pass by itself, so that trying again makes sense without anybody asking for it. */
  readonly passes: boolean;

  constructor(kind: FailureKind, message: string, passes = true) {
    super(message);
    this.kind = kind;
    this.passes = passes;
  }
}

/** Which context is meant, for messages. */
export interface Asked {
  readonly context: string;
  /** The address of the API server, without anything that could be a credential. */
  readonly server: string;
}

/** What an HTTP status other than 200 means. `plugin` is the program that signs in, if there is one. */
export function failureOfStatus(status: number, { context, server }: Asked, plugin: string | null): Failure {
  switch (status) {
    case 401: {
      const remedy =
        plugin === null
          ? 'Sign in again as you would for kubectl, or get a fresh kubeconfig: it is read again by itself.'
          : `Run ${plugin} or kubectl in a terminal to sign in again, then choose Refresh.`;
      const what = `${server} does not accept the credentials of the context ${context}: they may have expired.`;
      return new Failure('unauthorized', `${what} ${remedy}`, plugin === null);
    }
    case 403:
      return new Failure('forbidden', `The user of the context ${context} may not read this.`, false);
    case 410:
      return new Failure('gone', `${server} no longer has that version.`);
    case 429:
      return new Failure('server', `${server} is overloaded (429). It is asked again after a while.`);
    default:
      return new Failure(
        status === 404 ? 'absent' : 'server',
        `${server} answered with status ${status}. Check that the context ${context} leads to a Kubernetes API server, and that it is healthy.`,
      );
  }
}

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET)_|ERR_TLS_/;

/** What went wrong before there was an answer. */
export function failureOfError(error: unknown, { context, server }: Asked): Failure {
  if (error instanceof Failure) return error;
  const code = codeOf(error);
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return new Failure(
      'certificate',
      `The certificate of ${server} is not valid today (${code}). Check the clock of this computer; if it is right, whoever runs the cluster has to renew the certificate.`,
    );
  if (CERTIFICATE.test(code))
    return new Failure(
      'certificate',
      `The certificate of ${server} is not trusted (${code}). Nothing was sent to it. Check \`certificate-authority\` of the cluster in the kubeconfig of the context ${context}, or get a fresh kubeconfig.`,
    );
  if (code === 'EPROTO')
    return new Failure(
      'unreachable',
      `${server} does not speak TLS, or refused to (EPROTO). Check the address in the kubeconfig of the context ${context}, and its client certificate.`,
    );
  return new Failure(
    'unreachable',
    `${server} does not answer (${code}). Check that the cluster of the context ${context} runs, and that you are in its network or VPN. It is tried again by itself.`,
  );
}

function codeOf(error: unknown): string {
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown[] };
  if (typeof code === 'string') return code;
  if (cause) return codeOf(cause);
  return errors?.[0] ? codeOf(errors[0]) : 'no connection';
}
