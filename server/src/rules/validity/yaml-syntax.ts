/** Rule yaml-syntax: a document that seems to hold a NetworkPolicy and is not YAML. */
import type { YamlDocument } from '../../core/document.ts';
import { looksLikePolicy } from '../../core/resource.ts';
import type { Finding, Fix, Rule } from '../../core/rule.ts';
import { compareSpans, type Span } from '../../core/span.ts';
import { replace } from '../../core/yaml/edit.ts';
import { parseYaml } from '../../core/yaml/parse.ts';
import { policyYaml, webPolicy } from '../example-yaml.ts';

export const yamlSyntax: Rule = {
  on: 'document',
  meta: {
    id: 'yaml-syntax',
    family: 'validity',
    severity: 'error',
    sees: 'document',
    title: 'The document is not valid YAML.',
    why: `Neither \`kubectl\` nor the API server can read a document with a YAML error, so nothing in it is applied, and what it should have denied stays open. Only the first error of a document is reported: those behind it are often its echo.

In Helm templates and other text with \`{{ }}\` nothing is reported here: they become YAML only when they are rendered.`,
    refs: [{ title: 'YAML 1.2.2', url: 'https://yaml.org/spec/1.2.2/' }],
    examples: [
      {
        title: 'A line that is one blank too far to the right',
        yaml: policyYaml(`
          podSelector: {}
           ⟦policyTypes⟧: [Ingress]
        `),
        message: 'not in line with the keys around it',
      },
      {
        title: 'A key without its colon',
        yaml: policyYaml(`
          podSelector: {}
          ⟦policyTypes⟧
        `),
        message: 'A colon is missing behind this word',
        fixes: [
          {
            title: 'Add the colon',
            safe: false,
            leaves: ['policy-types-missing'],
            fixed: policyYaml('podSelector: {}\npolicyTypes:'),
          },
        ],
      },
      {
        title: 'A bracket that is not closed',
        yaml: policyYaml(`
          podSelector: {}
          policyTypes: [Ingress
          ⟦ingress⟧: []
        `),
        message: 'A "]" is missing',
      },
      {
        title: 'A quote that is not closed, at the end of the text',
        yaml: webPolicy('policyTypes: ["Ingress]').replace(/\n$/, '⟦\n⟧'),
        message: 'A quote is opened and never closed',
      },
      {
        title: 'A tab',
        yaml: policyYaml('podSelector: {}\npolicyTypes:\n⟦\t⟧- Ingress'),
        message: 'A tab indents this line',
        fixes: [
          {
            title: 'Write two blanks for each tab',
            safe: false,
            fixed: policyYaml('podSelector: {}\npolicyTypes:\n  - Ingress'),
          },
        ],
      },
      {
        title: 'A merge conflict',
        yaml: policyYaml('podSelector: {}').concat(
          '⟦<<<<<<< HEAD⟧\n  policyTypes: [Ingress]\n=======\n  policyTypes: [Egress]\n>>>>>>> feature\n',
        ),
        message: 'A merge conflict is left in the file',
      },
      {
        title: 'An IPv6 range in braces, where a value must not begin with a colon',
        yaml: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from: [{ ipBlock: { cidr: ⟦::/0⟧ } }]
        `),
        message: 'must be in quotes: "::/0"',
        fixes: [
          {
            title: 'Put it in quotes',
            safe: false,
            leaves: ['world-cidr'],
            fixed: webPolicy(`
              policyTypes: [Ingress]
              ingress:
                - from: [{ ipBlock: { cidr: "::/0" } }]
            `),
          },
        ],
      },
      {
        title: 'Brackets over several lines, however they are indented',
        yaml: webPolicy('policyTypes: [\n  Ingress\n]').replace('\n  ]', '\n]'),
      },
      {
        title: 'Template text',
        yaml: webPolicy(
          'policyTypes: [Ingress]\n{{- with .Values.ingress }}\ningress: {{ toYaml . }}\n{{- end }}',
        ),
      },
      {
        title: 'Something else that is not YAML',
        yaml: 'kind: Deployment\nspec\n',
      },
    ],
  },
  *check(document): Iterable<Finding> {
    if (document.isTemplate || !looksLikePolicy(document.text)) return;
    const syntax = document.yaml.problems.filter((problem) => problem.kind === 'syntax');
    const [first] = syntax.sort((a, b) => compareSpans(a.span, b.span));
    if (!first) return;
    const message = `${first.message}. Until this is corrected, neither kubectl nor these checks can read the policy.`;
    yield {
      at: { document, span: visible(document, first.span) },
      message,
      fixes: fixesFor(document, first.span),
    };
  },
};

/** Characters up to which a document is read once more, to see whether a fix is all it needs. */
const LONGEST_TRIED = 16_384;

/** A fix is offered where nothing else is wrong, so that the text can be read with it. */
function fixesFor(document: YamlDocument, span: Span): Fix[] {
  if (document.text.length > LONGEST_TRIED) return [];
  const source = document.text.slice(span.start, span.end);
  const proposals = [
    { title: 'Put it in quotes', text: JSON.stringify(source), when: /^[\w.:/?-]+$/.test(source) },
    { title: 'Add the colon', text: `${source}:`, when: /^\w+$/.test(source) },
    {
      title: 'Write two blanks for each tab',
      text: source.replaceAll('\t', '  '),
      when: /^\t+$/.test(source),
    },
  ];
  return proposals
    .filter(({ text, when }) => when && isReadable(document, span, text))
    .map(({ title, text }) => ({ title, safe: false, edits: [replace(document, span, text)] }));
}

function isReadable({ text }: YamlDocument, { start, end }: Span, replacement: string): boolean {
  return parseYaml(text.slice(0, start) + replacement + text.slice(end)).problems.length === 0;
}

/** What to underline: no more than one line, and for an empty span the last character in front of it. */
function visible({ text }: YamlDocument, { start, end }: Span): Span {
  const lineEnd = start + text.slice(start, end).search(/[\r\n]|$/);
  if (lineEnd > start) return { start, end: lineEnd };
  const isCrLf = text.slice(start - 2, start) === '\r\n';
  return { start: Math.max(0, start - (isCrLf ? 2 : 1)), end: start };
}
