-- Argo CD runs this with only the base, table and package libraries.
local status = obj.status
if status == nil or status.conditions == nil then
  return {status = "Progressing", message = "The operator has not looked at it yet"}
end
if (status.observedGeneration or -1) < (obj.metadata.generation or 0) then
  return {status = "Progressing", message = "The operator has not seen the last change yet"}
end

local is = {}
for _, condition in ipairs(status.conditions) do
  is[condition.type] = condition
end

-- Only a mistake that the author has to fix fails a sync.
if is.Stalled ~= nil and is.Stalled.status == "True" then
  return {status = "Degraded", message = is.Stalled.message}
end

local says = is.Aligned or is.Ready
return {status = "Healthy", message = says and says.message or status.summary}
