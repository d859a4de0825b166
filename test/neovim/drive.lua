-- Run inside Neovim with the configuration that docs/editors.md gives. Writes what the editor shows as one line of JSON.

local function wait_for(what, done)
  if not vim.wait(30000, done, 10) then
    error('waited in vain for ' .. what)
  end
end

local function diagnostics()
  local found = {}
  for _, d in ipairs(vim.diagnostic.get(0)) do
    table.insert(found, { code = d.code, line = d.lnum, severity = d.severity, source = d.source })
  end
  return found
end

local function has(code)
  for _, d in ipairs(vim.diagnostic.get(0)) do
    if d.code == code then return true end
  end
  return false
end

-- The first result that a server gives.
local function ask(method, params)
  local answers, err = vim.lsp.buf_request_sync(0, method, params, 30000)
  if not answers then error(method .. ': ' .. tostring(err)) end
  for _, answer in pairs(answers) do
    if answer.error then error(method .. ': ' .. vim.inspect(answer.error)) end
    if answer.result then return answer.result end
  end
end

local function at(line, character)
  local position = { line = line, character = character }
  local document = vim.lsp.util.make_text_document_params(0)
  return { textDocument = document, position = position, range = { start = position, ['end'] = position } }
end

local function text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), '\n')
end

local function run()
  vim.cmd('edit ' .. vim.fn.fnameescape(vim.env.NETPOL_GUARD_TEST_FILE))
  local result = {}
  wait_for('the finding in the file as it is', function() return has('allow-all-ingress') end)
  wait_for('the findings about the namespace', function() return has('missing-default-deny-ingress') end)
  result.first = diagnostics()
  result.hover = ask('textDocument/hover', at(12, 6)).contents.value

  result.definition = ask('textDocument/definition', at(6, 4))[1].targetUri
  result.lens = ask('codeLens/resolve', ask('textDocument/codeLens', at(0, 0))[1]).command.title

  -- The editor's own way to change text and to carry out a fix.
  local params = at(12, 6)
  params.context = { diagnostics = {}, only = { 'quickfix' } }
  local action = ask('textDocument/codeAction', params)[1]
  result.action = action.title
  vim.lsp.util.apply_workspace_edit(action.edit, 'utf-16')
  wait_for('the finding to go', function() return not has('allow-all-ingress') end)
  result.fixed = text()

  vim.api.nvim_buf_set_text(0, 6, 2, 6, 13, { 'podSelecter' })
  wait_for('a finding of what was typed', function() return has('unknown-field') end)
  result.typed = diagnostics()
  result.symbols = ask('textDocument/documentSymbol', at(0, 0))[1].name
  return result
end

local ok, result = pcall(run)
io.stdout:write(vim.fn.json_encode({ ok = ok, result = result }) .. '\n')
vim.cmd('qall!')
