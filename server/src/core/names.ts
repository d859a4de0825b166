/**
 * Owns the forms that the API server demands of names and labels, and saying what is wrong with a text that has not got them.
 * Sources: k8s.io/apimachinery/pkg/util/validation, and the Kubernetes documentation on object names and labels.
 */

/** What is wrong with `text` as the name of a container port: clauses that follow "a port's name". Empty when nothing is. */
export function portNameProblems(text: string): string[] {
  const problems: string[] = [];
  if (bytes(text) > 15) problems.push('has at most 15 characters');
  if (!/^[-a-z0-9]+$/.test(text)) problems.push('has only lower-case letters, digits and dashes');
  if (!/[a-z]/.test(text)) problems.push('has at least one lower-case letter');
  if (text.includes('--')) problems.push('has no two dashes in a row');
  if (/^-|-$/.test(text)) problems.push('neither begins nor ends with a dash');
  return problems;
}

const DNS_LABEL = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = new RegExp(`^${DNS_LABEL}(?:\\.${DNS_LABEL})*$`);
const LABEL = new RegExp(`^${DNS_LABEL}$`);

/** What is wrong with `text` as the name of an object (RFC 1123 subdomain), in a clause; null when nothing is. */
export function subdomainProblem(text: string): string | null {
  if (bytes(text) > 253) return 'is longer than 253 characters';
  return SUBDOMAIN.test(text)
    ? null
    : 'must consist of lower-case letters, digits, dashes and dots, and begin and end with a letter or digit, also on both sides of a dot';
}

/** What is wrong with `text` as the name of a namespace (RFC 1123 label), in a clause; null when nothing is. */
export function dnsLabelProblem(text: string): string | null {
  if (bytes(text) > 63) return 'is longer than 63 characters';
  return LABEL.test(text)
    ? null
    : 'must consist of lower-case letters, digits and dashes, and begin and end with a letter or digit';
}

const QUALIFIED = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const FORM =
  'must consist of letters, digits, dashes, dots and underscores, and begin and end with a letter or digit';

/** What is wrong with `text` as the key of a label or an annotation, in a clause; null when nothing is. */
export function labelKeyProblem(text: string): string | null {
  const parts = text.split('/');
  const name = parts.at(-1) as string;
  if (parts.length > 2) return 'has more than one slash';
  if (name === '') return parts.length === 2 ? 'has nothing behind its slash' : 'is empty';
  if (parts.length === 2) {
    const prefix = parts[0] as string;
    if (prefix === '') return 'has nothing in front of its slash';
    const problem = subdomainProblem(prefix);
    if (problem) return `has a prefix that is no domain name: it ${problem}`;
  }
  if (bytes(name) > 63) return 'is longer than 63 characters (a prefix and its slash not counted)';
  return QUALIFIED.test(name) ? null : FORM;
}

/** What is wrong with `text` as the value of a label, in a clause; null when nothing is. The empty text is a value. */
export function labelValueProblem(text: string): string | null {
  if (bytes(text) > 63) return 'is longer than 63 characters';
  return text === '' || QUALIFIED.test(text) ? null : FORM;
}

/** The length of `text` in UTF-8. */
function bytes(text: string): number {
  let count = 0;
  for (const c of text) {
    const code = c.codePointAt(0) as number;
    count += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return count;
}
