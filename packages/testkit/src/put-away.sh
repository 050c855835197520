# Reads folders, one a line, until its input ends; then stops each Postgres that runs below them and deletes them.
# A server that was killed leaves its Postgres running on purpose, for the next start to adopt; here there is none.
folders=$(cat)

# The number in a stale postmaster.pid may be any other program's: only one that was started on this folder is ours.
runs() {
  { tr '\0' ' ' <"/proc/$1/cmdline" || ps -ww -o args= -p "$1"; } 2>/dev/null | grep -qF -- "-D $2"
}

# INT asks for a fast shutdown, QUIT for an immediate one.
stop() {
  for signal in INT QUIT; do
    kill -s "$signal" "$1" || return
    tries=0
    while [ $tries -lt 200 ] && runs "$1" "$2"; do
      sleep 0.05
      tries=$((tries + 1))
    done
  done 2>/dev/null
}

printf '%s\n' "$folders" | while IFS= read -r folder; do
  [ -n "$folder" ] && [ -d "$folder" ] || continue
  find "$folder" -name postmaster.pid | while IFS= read -r note; do
    pid=$(head -n 1 "$note")
    if runs "$pid" "$folder"; then stop "$pid" "$folder"; fi
  done
  rm -rf "$folder"
done
