# Waits until the process that started the control plane closes its end of our
# standard input: in Stop, or by dying in whatever way. Then it kills what still
# runs and removes the given folder.
# usage: sh -c "$(cat watchdog.sh)" watchdog RUN_FOLDER FOLDER_TO_REMOVE
run=$1
remove=$2
while read -r _; do :; done

for file in "$run"/*.pid; do
	[ -s "$file" ] || continue
	read -r pid <"$file"
	# The process may be long gone and its number somebody else's by now; every
	# component's command line begins with a path in our folder.
	if [ -d /proc/self ] && ! grep -qF "$run/" "/proc/$pid/cmdline" 2>/dev/null; then
		continue
	fi
	# envtest makes each component a process group. SIGKILL is no harm: after
	# Stop nothing is left to kill, and etcd's log is made for crashes.
	kill -9 "-$pid" 2>/dev/null
done

# A dying process may still write, so that a folder is not empty when rmdir comes.
tries=0
until rm -rf "$remove" 2>/dev/null || [ "$tries" -ge 10 ]; do
	tries=$((tries + 1))
	sleep 1
done
