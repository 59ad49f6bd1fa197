-- Asks what a person would see; each line that is printed is one promise kept.
local function check(what, holds)
  io.stdout:write((holds and "ok: " or "FAILED: ") .. what .. "\n")
  if not holds then vim.cmd("cquit 1") end
end

local function ask(method, line, character)
  local params =
    { textDocument = { uri = vim.uri_from_bufnr(0) }, position = { line = line, character = character } }
  for _, answer in pairs(vim.lsp.buf_request_sync(0, method, params, 10000) or {}) do
    return answer.result
  end
end

local function has_finding(code, line)
  return vim.wait(10000, function()
    return vim.iter(vim.diagnostic.get(0)):any(function(it) return it.code == code and it.lnum == line end)
  end)
end

local ok, failure = pcall(function()
  vim.cmd("edit nightly-report.yaml")
  check("a field in the wrong place is found", has_finding("unknown-field", 9))

  local text = vim.api.nvim_buf_get_lines(0, 9, 10, false)[1]
  vim.api.nvim_buf_set_lines(0, 9, 10, false, { "  suspe" })
  local items = ask("textDocument/completion", 9, 7)
  check("a half-typed field is completed", vim.iter(items):any(function(it) return it.label == "suspend" end))

  vim.api.nvim_buf_set_lines(0, 9, 10, false, {})
  check("the finding moves up with its line", has_finding("stuck-forbid", 10))
  local hover = ask("textDocument/hover", 8, 4)
  check("hover knows the field", hover.contents.value:find("`Allow`, `Forbid`, `Replace`", 1, true) ~= nil)
  check(text .. " is gone", not vim.iter(vim.diagnostic.get(0)):any(function(it) return it.code == "unknown-field" end))
end)
if not ok then
  io.stdout:write("FAILED: " .. tostring(failure) .. "\n")
  vim.cmd("cquit 1")
end
vim.cmd("qall!")
