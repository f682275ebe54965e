-- Only edits of the spec are offered as actions. Argo CD patches with its own credentials,
-- so the API server could not know who judged or signed.
local actions = {}
if obj.spec.parentRef ~= nil then
  return actions -- the operator's, which keeps it as its parent is
end
if obj.spec.suspend == true then
  actions["resume"] = {["displayName"] = "Resume", ["iconClass"] = "fa fa-fw fa-play"}
else
  actions["suspend"] = {["displayName"] = "Suspend", ["iconClass"] = "fa fa-fw fa-pause"}
end
return actions
