/** The language server's entry point for the extension. */
import { serve } from './lsp/stdio.ts';

serve();
