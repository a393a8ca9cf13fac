# Reading a tmux screen: every wait is a poll with a limit; sourced by the lane and by the pictures.

shot() { t capture-pane -p -t "$1" 2>/dev/null; }

shows() { shot "$1" | grep -qE -- "$2"; }

# waits SESSION PATTERN SECONDS: until the screen shows the pattern.
waits() {
  local until=$((SECONDS + $3))
  while ! shows "$1" "$2"; do
    if [ "$SECONDS" -ge "$until" ]; then
      echo "--- $1 did not show /$2/ within $3 s; it shows:"
      shot "$1"
      return 1
    fi
    sleep 0.1
  done
}

# waits_for_both SESSION PATTERN PATTERN SECONDS: until one screen shows both.
waits_for_both() {
  local until=$((SECONDS + $4)) screen
  while :; do
    screen=$(shot "$1")
    grep -qE -- "$2" <<<"$screen" && grep -qE -- "$3" <<<"$screen" && return 0
    [ "$SECONDS" -ge "$until" ] && return 1
    sleep 0.1
  done
}

# lacks SESSION PATTERN SECONDS: until the screen shows the pattern no more.
lacks() {
  local until=$((SECONDS + $3))
  while shows "$1" "$2"; do
    [ "$SECONDS" -ge "$until" ] && return 1
    sleep 0.1
  done
}

check() { # TITLE COMMAND...
  local title=$1
  shift
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "not so: $title"; fi
}

# type_slowly SESSION TEXT SECONDS_BETWEEN: as fingers or a slow scanner do.
type_slowly() {
  local at
  for ((at = 0; at < ${#2}; at += 1)); do
    t send-keys -t "$1" -l -- "${2:at:1}"
    sleep "$3"
  done
}

# fits SESSION COLUMNS ROWS: the last line is the footer, so nothing was pushed off or wrapped.
fits() {
  [ "$(shot "$1" | wc -l)" -eq "$3" ] && shot "$1" | tail -n 1 | grep -qE 'help|Enter' && shot "$1" | head -n 1 | grep -q FLASHLINE
}

# sane: the terminal's settings are those from before.
sane() {
  local until=$((SECONDS + 5))
  until [ -s stty.after ]; do
    [ "$SECONDS" -ge "$until" ] && return 1
    sleep 0.1
  done
  cmp -s stty.before stty.after
}

# answers SESSION: a shell there runs a command and shows what it says.
answers() {
  t send-keys -t "$1" "expr 6 '*' 7" Enter
  waits "$1" '^42$' 10
}

is_colourless() { ! t capture-pane -e -p -t "$1" | grep -qE $'\033\\[([0-9]+;)*(3[0-8]|4[0-8]|9[0-7]|10[0-7])(;|m)'; }

no_control() { ! LC_ALL=C grep -q $'[\001-\010\013-\037\177]' "$1"; }

is_ascii() { ! shot "$1" | LC_ALL=C grep -q $'[\200-\377]'; }
