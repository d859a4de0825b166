/** Owns those examples of rule unknown-field whose field is a good one in another place. */
import type { Example } from '../../core/rule.ts';
import { policyYaml, webPolicy } from '../example-yaml.ts';

export const MISPLACED_FIELD_EXAMPLES: readonly Example[] = [
  {
    title: 'Ports in a peer, one level too deep',
    yaml: webPolicy(`
      policyTypes:
        - Ingress
      ingress:
        - from:
            - podSelector:
                matchLabels:
                  app: gateway
              ⟦ports⟧:
                - port: 8080
    `),
    message: 'It belongs in the rule, beside `from`',
    fixes: [
      {
        title: 'Move it into the rule, beside the peers',
        safe: false,
        fixed: webPolicy(`
          policyTypes:
            - Ingress
          ingress:
            - from:
                - podSelector:
                    matchLabels:
                      app: gateway
              ports:
                - port: 8080
        `),
      },
    ],
  },
  {
    title: 'A port that is not in a list of ports',
    yaml: webPolicy(`
      policyTypes:
        - Ingress
      ingress:
        - from:
            - podSelector:
                matchLabels:
                  app: gateway
          ⟦port⟧: 8080
    `),
    message: 'It belongs in an item of `ports`',
    fixes: [
      {
        title: 'Make it an item of `ports`',
        safe: false,
        fixed: webPolicy(`
          policyTypes:
            - Ingress
          ingress:
            - from:
                - podSelector:
                    matchLabels:
                      app: gateway
              ports:
                - port: 8080
        `),
      },
    ],
  },
  {
    title: 'A selector beside `spec`, one level too high',
    yaml: policyYaml(`
      policyTypes: [Ingress]
    `).replace('spec:', '⟦podSelector⟧:\n  matchLabels:\n    app: web\nspec:'),
    message: 'It belongs in `spec`',
    fixes: [
      {
        title: 'Move it into `spec`',
        safe: false,
        fixed: policyYaml(`
          podSelector:
            matchLabels:
              app: web
          policyTypes: [Ingress]
        `),
      },
    ],
  },
  {
    title: '`matchLabels` directly in a peer',
    yaml: webPolicy(`
      policyTypes:
        - Ingress
      ingress:
        - from:
            - ⟦matchLabels⟧:
                app: gateway
    `),
    message: 'It belongs in `podSelector` or `namespaceSelector`',
    fixes: ['podSelector', 'namespaceSelector'].map((name) => ({
      title: `Put it below \`${name}\``,
      safe: false,
      fixed: webPolicy(`
        policyTypes:
          - Ingress
        ingress:
          - from:
              - ${name}:
                  matchLabels:
                    app: gateway
      `),
    })),
  },
  {
    title: 'A label directly in a selector',
    yaml: policyYaml(`
      podSelector:
        ⟦app⟧: web # the shop's front
      policyTypes: [Ingress]
    `),
    message: 'below `matchLabels`',
    fixes: [
      {
        title: 'Put the labels below `matchLabels`',
        safe: false,
        fixed: policyYaml(`
          podSelector:
            matchLabels:
              app: web # the shop's front
          policyTypes: [Ingress]
        `),
      },
    ],
  },
];
