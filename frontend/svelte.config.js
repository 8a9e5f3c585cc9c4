/** Fragments are built node by node: no innerHTML, so the CSP needs no policy for the framework. */
export default {
  compilerOptions: { runes: true, fragments: 'tree' },
};
